/** A naive runner: a pseudo-terminal on a socket, and another socket that waits. Argument: the relay's port. */
import { writeSync } from 'node:fs';
import { connect } from 'node:net';
import { spawn } from '@lydell/node-pty';

const port = Number(process.argv[2]);

function wait(): void {
	const socket = connect({ host: '127.0.0.1', port });
	socket.setNoDelay(true);
	socket.on('error', () => socket.destroy());
	socket.once('data', (first) => {
		wait();
		serve(socket, first);
	});
}

function serve(socket: ReturnType<typeof connect>, first: Uint8Array): void {
	const pty = spawn('/bin/bash', ['-l'], { cols: 80, rows: 24, encoding: null });
	const { fd } = pty as typeof pty & { fd: number };
	writeSync(fd, first);
	socket.on('data', (data) => void writeSync(fd, data));
	socket.on('close', () => pty.kill('SIGKILL'));
	pty.onData((data) => {
		if (!socket.write(data as unknown as Uint8Array)) pty.pause();
	});
	socket.on('drain', () => pty.resume());
	pty.onExit(() => socket.destroy());
}

wait();
