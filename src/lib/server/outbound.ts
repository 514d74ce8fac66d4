import { lookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { env } from './env';
import { isOperatorAddress, isPublicAddress } from './public-address';
import { errorClass, traceHeaders, traced } from './tracing';

const TIMEOUT_MS = 10_000;
const REQUEST_BYTES = 1_000_000;
const RESPONSE_BYTES = 1_000_000;

/** Where people's own services listen. Anything else on a stranger's machine is not for us to knock at. */
const PORTS = new Set(['', '80', '443', '8080', '8443']);

/** Why a request did not leave, or brought nothing back. */
export type OutboundFailure =
	/** The address is not one that may be asked: its form, its port, or where it leads. */
	| 'address'
	/** It answered with another address. None is followed. */
	| 'redirect'
	| 'too-large'
	| 'timeout'
	/** Nobody answers there, or the connection broke. */
	| 'unreachable';

/** A request to somebody else's server that failed. */
export class OutboundError extends Error {
	constructor(
		readonly failure: OutboundFailure,
		message: string,
		options?: ErrorOptions
	) {
		super(message, options);
		this.name = 'OutboundError';
	}
}

/** Finds the addresses of a host name. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** One request to somebody else's server. */
export interface OutboundRequest {
	method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
	headers?: Record<string, string>;
	body?: string | Uint8Array;
	/**
	 * Who named the address. A person's must be public, on a usual port, and https outside development.
	 * The operator's comes from the environment, and may be anything that is not the cloud's own.
	 */
	namedBy: 'person' | 'operator';
	/** Whether the receiver is a program of ours, which may know what trace this is part of. */
	isOurs?: boolean;
	/** For everything together: finding the address, connecting, sending, and reading the answer. */
	timeoutMs?: number;
	maxRequestBytes?: number;
	maxResponseBytes?: number;
	/** For tests: the system's resolver otherwise. */
	resolve?: Resolve;
}

/** What came back, whatever its status below 300 and from 400 on. */
export interface OutboundResponse {
	status: number;
	headers: IncomingMessage['headers'];
	body: Buffer;
}

const systemResolve: Resolve = async (hostname) =>
	(await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * The one way out to addresses that people or operators name. The name is resolved once, every address
 * of it is checked, and the connection is made to what was checked: a name that answers differently the
 * next time (DNS rebinding) is never asked again. Redirects are not followed.
 *
 * @throws OutboundError
 */
export async function sendOutbound(
	address: string | URL,
	request: OutboundRequest
): Promise<OutboundResponse> {
	const { body, maxRequestBytes = REQUEST_BYTES, timeoutMs = TIMEOUT_MS } = request;
	if (body && Buffer.byteLength(body) > maxRequestBytes) {
		throw new OutboundError('too-large', `More than ${maxRequestBytes} bytes were to be sent.`);
	}
	const url = allowedUrl(address, request);
	// Of an address only the host is told: the path of a webhook is a secret.
	const about = {
		name: request.method ?? 'POST',
		kind: 'client' as const,
		attributes: {
			'http.request.method': request.method ?? 'POST',
			'server.address': url.hostname,
			'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80))
		},
		errorType: (error: unknown) =>
			error instanceof OutboundError ? error.failure : errorClass(error)
	};
	return traced(about, async (span) => {
		const headers = { ...request.headers, ...(request.isOurs && traceHeaders()) };
		const answer = await answerWithin(timeoutMs, url, { ...request, headers });
		span.set({ 'http.response.status_code': answer.status });
		if (answer.status >= 400) span.fail(String(answer.status));
		return answer;
	});
}

async function answerWithin(
	timeoutMs: number,
	url: URL,
	request: OutboundRequest
): Promise<OutboundResponse> {
	const abort = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			reject(new OutboundError('timeout', `There was no whole answer in ${timeoutMs} ms.`));
			abort.abort();
		}, timeoutMs);
	});
	try {
		const answer = resolveAllowed(url, request).then((addresses) =>
			exchange(url, { ...request, addresses, signal: abort.signal })
		);
		return await Promise.race([answer, late]);
	} finally {
		clearTimeout(timer);
	}
}

/**
 * Looks whether an address may be asked, and asks it nothing. Where it leads may change: `sendOutbound` looks again.
 *
 * @throws OutboundError
 */
export async function checkOutbound(
	address: string | URL,
	request: Pick<OutboundRequest, 'namedBy' | 'resolve'>
): Promise<void> {
	await resolveAllowed(allowedUrl(address, request), request);
}

function allowedUrl(address: string | URL, { namedBy }: OutboundRequest): URL {
	const refuse = (why: string): never => {
		throw new OutboundError('address', why);
	};
	if (!URL.canParse(String(address))) refuse('This is no address.');
	const url = new URL(address);
	if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('Only http and https go out.');
	if (url.username || url.password) refuse('An address must not hold a name or password.');
	if (namedBy === 'operator') return url;
	if (url.protocol === 'http:' && env().tier !== 'development') refuse('It must begin with https.');
	if (!PORTS.has(url.port)) refuse(`Port ${url.port} is not one that is asked.`);
	return url;
}

/** All addresses of the host, each of them allowed: one that is not spoils the name. */
async function resolveAllowed(url: URL, request: OutboundRequest): Promise<string[]> {
	const { namedBy, resolve = systemResolve } = request;
	const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
	const addresses = isIP(host) ? [host] : await resolve(host).catch(unreachable);
	const isAllowed = namedBy === 'operator' ? isOperatorAddress : isPublicAddress;
	if (addresses.length === 0) throw new OutboundError('unreachable', 'The name has no address.');
	if (!addresses.every(isAllowed)) {
		throw new OutboundError('address', 'The name leads to an address that is not public.');
	}
	return addresses;
}

const unreachable = (cause: unknown): never => {
	throw new OutboundError('unreachable', 'The name could not be found.', { cause });
};

interface Exchange extends OutboundRequest {
	addresses: string[];
	signal: AbortSignal;
}

function exchange(url: URL, given: Exchange): Promise<OutboundResponse> {
	const { method = 'POST', headers, body, addresses, signal } = given;
	const send = url.protocol === 'https:' ? requestHttps : requestHttp;
	return new Promise((resolve, reject) => {
		const fail = (cause: Error) =>
			reject(
				cause instanceof OutboundError
					? cause
					: new OutboundError('unreachable', 'The server could not be reached.', { cause })
			);
		const sent = send(
			url,
			{
				method,
				signal,
				agent: false,
				lookup: pinned(addresses),
				headers: {
					...headers,
					'accept-encoding': 'identity',
					...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) })
				}
			},
			(response) => readResponse(response, given).then(resolve, fail)
		);
		sent.on('error', fail);
		sent.end(body);
	});
}

/** Answers with what was checked, whatever name is asked for. */
const pinned =
	(addresses: string[]): LookupFunction =>
	(_, options, answer) => {
		const all = addresses.map((address) => ({ address, family: isIP(address) }));
		const [first = { address: '', family: 0 }] = all;
		if (options.all) answer(null, all);
		else answer(null, first.address, first.family);
	};

async function readResponse(
	response: IncomingMessage,
	{ maxResponseBytes = RESPONSE_BYTES }: Exchange
): Promise<OutboundResponse> {
	const { statusCode: status = 0, headers } = response;
	if (status >= 300 && status < 400) {
		response.destroy();
		throw new OutboundError('redirect', 'It leads somewhere else, and none is followed.');
	}
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of response as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		// Leaving the loop ends the connection.
		if (bytes > maxResponseBytes) {
			throw new OutboundError('too-large', `It answered more than ${maxResponseBytes} bytes.`);
		}
		chunks.push(chunk);
	}
	return { status, headers, body: Buffer.concat(chunks) };
}
