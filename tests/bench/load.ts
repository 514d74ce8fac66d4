import { Agent, request, type OutgoingHttpHeaders } from 'node:http';

/** What one kind of request was measured at. */
export interface Measured {
	perSecond: number;
	/** Milliseconds. */
	p50: number;
	p95: number;
	requests: number;
	/** Answers that were not 2xx. */
	failures: number;
}

/** One request of a load. */
export interface LoadRequest {
	path: string;
	method?: 'GET' | 'POST';
	/** Made anew for each request. */
	headers?: () => OutgoingHttpHeaders;
	/** Made anew for each request. */
	body?: () => string;
}

/** How hard and how long. */
export interface LoadOptions {
	clients: number;
	warmUpMs: number;
	durationMs: number;
}

/** Runs `work` over and over in `clients` parallel lanes and measures each time. */
export async function measure(
	work: () => Promise<boolean>,
	{ clients, warmUpMs, durationMs }: LoadOptions
): Promise<Measured> {
	await lanes({ count: clients, until: performance.now() + warmUpMs }, work, () => undefined);
	const times: number[] = [];
	let failures = 0;
	const startedAt = performance.now();
	await lanes({ count: clients, until: startedAt + durationMs }, work, (ms, ok) => {
		times.push(ms);
		if (!ok) failures += 1;
	});
	const seconds = (performance.now() - startedAt) / 1_000;
	times.sort((a, b) => a - b);
	const at = (share: number) =>
		times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
	return {
		perSecond: times.length / seconds,
		p50: at(0.5),
		p95: at(0.95),
		requests: times.length,
		failures
	};
}

async function lanes(
	{ count, until }: { count: number; until: number },
	work: () => Promise<boolean>,
	done: (ms: number, ok: boolean) => void
): Promise<void> {
	const lane = async () => {
		while (performance.now() < until) {
			const startedAt = performance.now();
			const ok = await work();
			done(performance.now() - startedAt, ok);
		}
	};
	await Promise.all(Array.from({ length: count }, lane));
}

/** Sends one kind of request over kept-alive connections. */
export function httpWork(
	origin: string,
	load: LoadRequest,
	clients: number
): () => Promise<boolean> {
	const agent = new Agent({ keepAlive: true, maxSockets: clients });
	return async () => {
		const status = await statusOf(origin, load, agent);
		return status >= 200 && status < 300;
	};
}

/** Sends one request, reads the whole answer, and says its status. */
export function statusOf(
	origin: string,
	{ path, method = 'GET', headers, body: makeBody }: LoadRequest,
	agent: Agent
): Promise<number> {
	return new Promise((resolve, reject) => {
		const body = makeBody?.();
		const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
		const sent = request(
			new URL(path, origin),
			{ agent, method, headers: { ...headers?.(), ...length } },
			(response) => {
				response.resume().on('end', () => resolve(response.statusCode ?? 0));
				response.on('error', reject);
			}
		);
		sent.on('error', reject);
		sent.end(body);
	});
}
