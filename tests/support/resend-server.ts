import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A mail as it was handed over. */
export interface ResendMail {
	id: string;
	from: string;
	to: string;
	subject: string;
	text: string;
	html: string;
	headers: Record<string, string>;
	tags: { name: string; value: string }[];
}

/** What the next calls are answered with, instead of taking the mail. */
export type ResendFault =
	| { status: number; name: string; message: string }
	/** Something that is no JSON, as a proxy in front of it sends. */
	| { status: number; html: string }
	/** It takes the mail and never says so. */
	| 'silent';

/** Speaks Resend's API for sending mail, with its idempotency keys and its errors. */
export interface ResendServer {
	url: string;
	/** Mails that it has taken; the same key brings no second one. */
	mails: ResendMail[];
	/** How many calls there were. */
	calls: number;
	fault: ResendFault | undefined;
	stop(): Promise<void>;
}

/** Starts it on a free port of this machine. @param apiKey the one key that it knows */
export async function startResendServer(apiKey: string): Promise<ResendServer> {
	const taken = new Map<string, { body: string; id: string }>();
	const resend: ResendServer = {
		url: '',
		mails: [],
		calls: 0,
		fault: undefined,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			})
	};

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await bodyOf(request);
		resend.calls += 1;
		const answer = (status: number, content: object) =>
			response
				.writeHead(status, { 'content-type': 'application/json' })
				.end(JSON.stringify(content));
		const refuse = (statusCode: number, name: string, message: string) =>
			answer(statusCode, { statusCode, name, message });

		if (request.method !== 'POST' || request.url !== '/emails') {
			return void refuse(404, 'not_found', 'There is nothing here');
		}
		if (request.headers.authorization !== `Bearer ${apiKey}`) {
			return void refuse(401, 'invalid_api_key', 'API key is invalid');
		}
		const { fault } = resend;
		if (fault && fault !== 'silent') {
			if ('html' in fault) return void response.writeHead(fault.status).end(fault.html);
			return void refuse(fault.status, fault.name, fault.message);
		}
		const key = String(request.headers['idempotency-key'] ?? randomUUID());
		const known = taken.get(key);
		if (known && known.body !== body) {
			return void refuse(409, 'invalid_idempotent_request', 'Same key, different payload');
		}
		const id = known?.id ?? randomUUID();
		if (!known) {
			const mail = JSON.parse(body) as Omit<ResendMail, 'id'>;
			taken.set(key, { body, id });
			resend.mails.push({ ...mail, id });
		}
		if (fault !== 'silent') answer(200, { id });
	}

	const server = createServer((request, response) => void handle(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
	resend.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return resend;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	let body = '';
	for await (const chunk of request) body += String(chunk);
	return body;
}

/**
 * The headers of an event, signed as Svix does for Resend (Standard Webhooks).
 *
 * @param secret `whsec_` and the key in base64
 */
export function signEvent(
	body: string,
	secret: string,
	at: Date = new Date()
): Record<string, string> {
	const id = `msg_${randomUUID()}`;
	const timestamp = String(Math.floor(at.valueOf() / 1_000));
	const signature = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
		.update(`${id}.${timestamp}.${body}`)
		.digest('base64');
	return {
		'content-type': 'application/json',
		'svix-id': id,
		'svix-timestamp': timestamp,
		'svix-signature': `v1,${signature}`
	};
}
