/** The naive runner with messages of WebSockets, masked, instead of bytes. Argument: the relay's port. */
import { writeSync } from 'node:fs';
import { spawn } from '@lydell/node-pty';
import { WebSocket } from 'ws';

const BACKLOG_BYTES = 65_536;
const port = Number(process.argv[2]);

function wait(): void {
	const socket = new WebSocket(`ws://127.0.0.1:${port}/runner`, { perMessageDeflate: false });
	socket.on('error', () => socket.terminate());
	socket.once('message', (first: Buffer) => {
		wait();
		serve(socket, first);
	});
}

function serve(socket: WebSocket, first: Uint8Array): void {
	const pty = spawn('/bin/bash', ['-l'], { cols: 80, rows: 24, encoding: null });
	const { fd } = pty as typeof pty & { fd: number };
	writeSync(fd, first);
	socket.on('message', (data: Buffer) => void writeSync(fd, data));
	socket.on('close', () => pty.kill('SIGKILL'));
	pty.onData((data) => {
		socket.send(data, { binary: true }, () => pty.resume());
		if (socket.bufferedAmount > BACKLOG_BYTES) pty.pause();
	});
	pty.onExit(() => socket.terminate());
}

wait();
