import { env } from './env';
import { relayDoor } from './devmode';
import { measuring } from './measures';
import { sendOutbound } from './outbound';
import { devModeIsOn } from './switches';

const BUDGET_MS = 1_000;
const CACHED_MS = 4_000;

/** What the relay says of itself. Where there is none, that is no fault. */
export type RelayState =
	| { state: 'absent' }
	| { state: 'away'; latencyMs: number; cause: string }
	| {
			state: 'up';
			latencyMs: number;
			/** Open sockets, of browsers and of computers. */
			sockets: number;
			/** Terminals that are open in a browser. */
			terminals: number;
			runners: number;
	  };

let latest: { at: number; state: Promise<RelayState> } | undefined;

/** Asks the relay for its figures, with a second for the answer, which is kept for four. */
export function relayState(): Promise<RelayState> {
	if (!latest || performance.now() - latest.at > CACHED_MS) {
		latest = { at: performance.now(), state: ask() };
	}
	return latest.state;
}

async function ask(): Promise<RelayState> {
	const door = relayDoor();
	if (!door || !devModeIsOn() || env().PUBLIC_ENABLE_DEVMODE === 'false')
		return { state: 'absent' };
	const startedAt = performance.now();
	const latencyMs = () => Math.round(performance.now() - startedAt);
	try {
		const { status, body } = await sendOutbound(new URL('/metrics', door.address), {
			method: 'GET',
			headers: { authorization: `Bearer ${door.secret}` },
			namedBy: 'operator',
			isOurs: true,
			timeoutMs: BUDGET_MS
		});
		if (status !== 200) {
			return { state: 'away', latencyMs: latencyMs(), cause: `It answered ${status}.` };
		}
		const figures = figuresIn(body.toString());
		measuring()?.level('relay', figures);
		return { state: 'up', latencyMs: latencyMs(), ...figures };
	} catch (cause) {
		const words = cause instanceof Error ? cause.message : String(cause);
		return { state: 'away', latencyMs: latencyMs(), cause: words };
	}
}

/** The figures in the text that Prometheus reads. */
export function figuresIn(text: string): { sockets: number; terminals: number; runners: number } {
	let [sockets, terminals, runners] = [0, 0, 0];
	for (const line of text.split('\n')) {
		const [, name, role, value] =
			/^coda_relay_(\w+)(?:\{role="([\w-]+)"\})? (\d+)$/.exec(line) ?? [];
		if (name === 'runners') runners = Number(value);
		if (name !== 'sockets') continue;
		sockets += Number(value);
		if (role === 'writer' || role === 'viewer') terminals += Number(value);
	}
	return { sockets, terminals, runners };
}
