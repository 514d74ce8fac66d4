import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { readFrame, type Frame } from '#protocol/frames';
import { SUBPROTOCOL } from '#protocol/version';

/** What goes over a socket: a frame's bytes, or text. */
export type Passing = Buffer | string;

/** Whether a relay lets somebody in by it. */
export const isReady = (passing: Passing): passing is string =>
	typeof passing === 'string' && passing.includes('"ready"');

/** A relay that lies: it stands before a real one, and changes what passes as a test tells it to. */
export interface DishonestRelay {
	url: string;
	/** What the runner gets instead of what the real relay has sent. */
	toRunner: (passing: Passing) => Passing[];
	/** What the real relay gets instead of what the runner has sent. */
	fromRunner: (passing: Passing) => Passing[];
	/** What a viewer gets instead. */
	toViewer: (passing: Passing) => Passing[];
	/** The runner's socket, to send what nobody has sent, or to read no more. */
	runner: WebSocket;
	/** Frames of the runner, whoever they are for. */
	heard: Frame[];
	/** What the runner has said to the relay itself. */
	said: string[];
	stop(): Promise<void>;
}

/** Starts one that changes nothing yet. */
export async function startDishonestRelay(realUrl: string): Promise<DishonestRelay> {
	const server = new WebSocketServer({
		...{ host: '127.0.0.1', port: 0, perMessageDeflate: false },
		handleProtocols: () => SUBPROTOCOL
	});
	await once(server, 'listening');
	const relay: DishonestRelay = {
		url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
		toRunner: (passing) => [passing],
		fromRunner: (passing) => [passing],
		toViewer: (passing) => [passing],
		runner: undefined as unknown as WebSocket,
		heard: [],
		said: [],
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				for (const client of server.clients) client.terminate();
			})
	};
	server.on('connection', (near, { url = '' }) => {
		const far = new WebSocket(`${realUrl}${url}`, SUBPROTOCOL, { perMessageDeflate: false });
		const open = once(far, 'open');
		open.catch(() => near.terminate());
		let isRunner = false;
		near.on('message', (data: Buffer, isBinary) => {
			const passing = isBinary ? data : data.toString();
			if (isHelloOfRunner(passing)) {
				isRunner = true;
				relay.runner = near;
			}
			if (isRunner) hear(relay, passing);
			const carried = isRunner ? relay.fromRunner(passing) : [passing];
			void open.then(() => {
				for (const one of carried) if (far.readyState === WebSocket.OPEN) far.send(one);
			});
		});
		far.on('message', (data: Buffer, isBinary) => {
			const passing = isBinary ? data : data.toString();
			for (const changed of relay[isRunner ? 'toRunner' : 'toViewer'](passing)) near.send(changed);
		});
		for (const [one, other] of [
			[near, far],
			[far, near]
		] as const) {
			one.on('error', () => other.terminate());
			one.on('close', (code, reason) => {
				if (code >= 3_000) other.close(code, reason);
				else other.terminate();
			});
		}
	});
	return relay;
}

function hear(relay: DishonestRelay, passing: Passing): void {
	if (typeof passing === 'string') relay.said.push(passing);
	else relay.heard.push(readFrame(passing) as Frame);
}

function isHelloOfRunner(passing: Passing): boolean {
	if (typeof passing !== 'string' || !passing.includes('"hello"')) return false;
	const { ticket } = JSON.parse(passing) as { ticket: string };
	const claims = Buffer.from(ticket.split('.')[1] ?? '', 'base64url').toString();
	return (JSON.parse(claims) as { role: string }).role === 'runner-control';
}
