import { randomUUID } from 'node:crypto';
import { env } from './env';
import { framesOf } from './fingerprint';
import { sendOutbound } from './outbound';
import type { ErrorEvent, ErrorsOfAGroup } from './services/error-groups';

const TIMEOUT_MS = 5_000;
/** For all of them together: a process that ends waits no longer for them. */
const TOTAL_MS = 8_000;
/** Of a second that many are sent; in a storm the groups count the others. */
const EVENTS = 20;

/** Where events go: what a DSN (`https://key@host/project`) says. */
interface Destination {
	url: string;
	key: string;
}

/** The address of an envelope and the key for it. @throws for what is no DSN */
export function destinationOf(dsn: string): Destination {
	const { protocol, host, pathname, username } = new URL(dsn);
	const [, folder = '', project] = /^(.*)\/(\d+)\/?$/.exec(pathname) ?? [];
	if (!username || !project) throw new Error('A Sentry DSN has a key and the number of a project.');
	return { url: `${protocol}//${host}${folder}/api/${project}/envelope/`, key: username };
}

/** An event in Sentry's words. Who met it is a number; everything was scrubbed when it was captured. */
export function sentryEvent(fingerprint: string, event: ErrorEvent) {
	const frames = framesOf(event.stack).map(({ name, file, line, column }) => ({
		function: name || undefined,
		filename: file,
		lineno: line,
		colno: column,
		in_app: !file.includes('node_modules') && !file.startsWith('node:')
	}));
	return {
		event_id: randomUUID().replaceAll('-', ''),
		timestamp: event.at.valueOf() / 1_000,
		platform: event.source === 'browser' ? 'javascript' : 'node',
		level: 'error',
		release: event.release,
		environment: env().tier,
		transaction: event.route ?? undefined,
		fingerprint: [fingerprint],
		tags: { ...event.tags, source: event.source, request: event.requestId ?? undefined },
		user: event.userId ? { id: event.userId } : undefined,
		exception: {
			// The outermost function comes first.
			values: [
				{ type: event.kind, value: event.message, stacktrace: { frames: frames.toReversed() } }
			]
		},
		breadcrumbs: {
			values: event.breadcrumbs.map(({ atMs, kind, path, status }) => ({
				timestamp: atMs / 1_000,
				category: kind === 'page' ? 'navigation' : 'fetch',
				message: path,
				data: { status_code: status }
			}))
		}
	};
}

const sent = new WeakSet<ErrorEvent>();

/** Sends the errors that are kept whole to the Sentry of SENTRY_DSN, where one is set. It never throws. */
export async function sendToSentry(groups: readonly ErrorsOfAGroup[]): Promise<void> {
	const { SENTRY_DSN: dsn } = env();
	if (!dsn) return;
	// What waits for the database comes by again.
	const events = groups
		.flatMap(({ fingerprint, events }) => events.map((event) => ({ fingerprint, event })))
		.filter(({ event }) => !sent.has(event))
		.slice(0, EVENTS);
	for (const { event } of events) sent.add(event);
	const until = Date.now() + TOTAL_MS;
	try {
		const { url, key } = destinationOf(dsn);
		for (const { fingerprint, event } of events) {
			const leftMs = until - Date.now();
			if (leftMs <= 0) throw new Error('It takes too long.');
			await post(
				{ url, key, timeoutMs: Math.min(TIMEOUT_MS, leftMs) },
				sentryEvent(fingerprint, event)
			);
		}
	} catch (cause) {
		// Sentry is away, or does not want it. The errors are in the database all the same.
		console.error(
			'Errors could not be sent to Sentry:',
			cause instanceof Error ? cause.message : ''
		);
	}
}

async function post(
	{ url, key, timeoutMs }: Destination & { timeoutMs: number },
	event: ReturnType<typeof sentryEvent>
) {
	const head = { event_id: event.event_id, sent_at: new Date().toISOString() };
	const { status } = await sendOutbound(url, {
		namedBy: 'operator',
		timeoutMs,
		headers: {
			'content-type': 'application/x-sentry-envelope',
			'x-sentry-auth': `Sentry sentry_version=7, sentry_client=coda/1, sentry_key=${key}`
		},
		body: [head, { type: 'event' }, event].map((part) => JSON.stringify(part)).join('\n')
	});
	if (status >= 300) throw new Error(`It answered ${status}.`);
}
