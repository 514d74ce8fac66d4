/** Where a runner and its viewers meet. The id is no secret; it stands in the path so that a host can route by it. */
export const RUNNER_PATH = '/v1/r/';
/** Where a browser hears what has changed. */
export const EVENTS_PATH = '/v1/events';
/** Where the app tells a relay what has happened. */
export const POST_EVENTS_PATH = '/events';
/** Where a relay tells the app which runners it holds. */
export const PRESENCE_PATH = '/api/relay/presence';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The address of a runner at a relay, for the runner and for its viewers. */
export const runnerAddress = (relayUrl: string, runnerId: string): string =>
	new URL(`${RUNNER_PATH}${runnerId}`, relayUrl).href;

/** The address of a browser's events at a relay. */
export const eventsAddress = (relayUrl: string): string => new URL(EVENTS_PATH, relayUrl).href;

/** What a path of a relay leads to: a runner by its id, the events, or nothing. */
export function readPath(path: string): { runnerId: string } | 'events' | undefined {
	if (path === EVENTS_PATH) return 'events';
	const runnerId = path.startsWith(RUNNER_PATH) ? path.slice(RUNNER_PATH.length) : '';
	return UUID.test(runnerId) ? { runnerId } : undefined;
}
