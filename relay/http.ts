import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { POST_EVENTS_PATH } from '#protocol/addresses';
import { PostedEvents, type RelayEvent } from '#protocol/events';
import { WIRE } from '#protocol/limits';
import { RegistryAway } from './registry.ts';

/** What the addresses of a relay answer with. */
export interface Answers {
	internalSecrets: readonly string[];
	/** Why nobody should be sent here now; nothing when all is well. */
	unready: () => string | undefined;
	metrics: () => string;
	/** @throws RegistryAway where not every relay can be told */
	publish: (events: readonly RelayEvent[]) => Promise<void>;
}

const NEVER_STORED = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** Answers what is no request for a socket. */
export async function answerRequest(
	request: IncomingMessage,
	response: ServerResponse,
	answers: Answers
): Promise<void> {
	const path = (request.url ?? '').split('?', 1)[0];
	if (path === POST_EVENTS_PATH) return answerEvents(request, response, answers);
	if (request.method !== 'GET' && request.method !== 'HEAD') return json(response, 405);
	if (path === '/healthz') return json(response, 200, { status: 'ok' });
	if (path === '/readyz') {
		const problem = answers.unready();
		return json(response, problem ? 503 : 200, { status: problem ?? 'ready' });
	}
	if (path === '/metrics') {
		return isInternal(request, answers.internalSecrets)
			? answerMetrics(response, answers)
			: json(response, 401);
	}
	return json(response, path?.startsWith('/v1/') ? 426 : 404);
}

/** Answers `/metrics` where nobody from outside comes. */
export function answerMetrics(
	response: ServerResponse,
	{ metrics }: Pick<Answers, 'metrics'>
): void {
	response.writeHead(200, { ...NEVER_STORED, 'content-type': 'text/plain; version=0.0.4' });
	response.end(metrics());
}

async function answerEvents(
	request: IncomingMessage,
	response: ServerResponse,
	answers: Answers
): Promise<void> {
	// Whoever is not the app learns nothing, and is not listened to.
	if (!isInternal(request, answers.internalSecrets)) return json(response, 401);
	if (request.method !== 'POST') return json(response, 405);
	const body = await bodyOf(request);
	if (body === undefined) return json(response, 413);
	const posted = PostedEvents.safeParse(parsed(body)).data;
	if (!posted) return json(response, 400);
	try {
		await answers.publish(posted.events);
		json(response, 202);
	} catch (cause) {
		if (!(cause instanceof RegistryAway)) throw cause;
		json(response, 503);
	}
}

/** Whether the app asks. The comparison takes the same time whatever was sent. */
function isInternal({ headers }: IncomingMessage, secrets: readonly string[]): boolean {
	const given = digest(headers.authorization ?? '');
	return secrets
		.map((secret) => timingSafeEqual(given, digest(`Bearer ${secret}`)) && secret !== '')
		.includes(true);
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The body, or nothing where it is longer than events may be. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > WIRE.eventsBytes) return undefined;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString();
}

function parsed(body: string): unknown {
	try {
		return JSON.parse(body) as unknown;
	} catch {
		// Not JSON, and so nothing that has a shape.
		return undefined;
	}
}

function json(response: ServerResponse, status: number, body: object = {}): void {
	// What is left of a request that was not read to its end cannot be told from the next one.
	const close = status >= 400 ? { connection: 'close' } : {};
	const headers = { ...NEVER_STORED, ...close, 'content-type': 'application/json' };
	response.writeHead(status, headers);
	response.end(JSON.stringify(body));
}
