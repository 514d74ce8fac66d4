import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What somebody's service was sent. */
export interface Received {
	at: number;
	path: string;
	body: string;
	signature: string | undefined;
}

/** Somebody's service that takes alerts and signs of life. */
export interface AlertReceiver {
	origin: string;
	received: Received[];
	/** How it answers from now on. */
	answer: (request: IncomingMessage, response: ServerResponse) => void;
	stop(): Promise<void>;
}

/** Starts a service on this machine. */
export async function startReceiver(): Promise<AlertReceiver> {
	const server = createServer((request, response) => {
		let body = '';
		request.setEncoding('utf8').on('data', (text: string) => (body += text));
		request.on('end', () => {
			const signature = request.headers['coda-signature'];
			receiver.received.push({
				at: Date.now(),
				path: request.url ?? '',
				body,
				signature: typeof signature === 'string' ? signature : undefined
			});
			receiver.answer(request, response);
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const receiver: AlertReceiver = {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		received: [],
		answer: (_, response) => response.writeHead(200).end('ok'),
		async stop() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		}
	};
	return receiver;
}
