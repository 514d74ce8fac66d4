/** The naive relay with messages of WebSockets instead of bytes. Prints its port. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** What may wait for one side before nothing more is read from the other. */
const BACKLOG_BYTES = 65_536;

const idle: WebSocket[] = [];
const waiting: WebSocket[] = [];
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

function carry(from: WebSocket, to: WebSocket): void {
	from.on('message', (message: Buffer) => {
		to.send(message, { binary: true }, () => from.isPaused && from.resume());
		if (to.bufferedAmount > BACKLOG_BYTES) from.pause();
	});
	from.on('close', () => to.terminate());
	from.resume();
}

server.on('connection', (socket, { url }) => {
	const [own, others] = url === '/runner' ? [idle, waiting] : [waiting, idle];
	socket.on('error', () => socket.terminate());
	const other = others.shift();
	if (!other) {
		socket.pause();
		own.push(socket);
		return;
	}
	carry(socket, other);
	carry(other, socket);
});
server.on('listening', () => process.send?.((server.address() as AddressInfo).port));
