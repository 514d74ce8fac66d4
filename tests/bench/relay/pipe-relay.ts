/** A naive relay: bytes from one socket to another. Prints the two ports: for runners, for clients. */
import { createServer, type AddressInfo, type Socket } from 'node:net';

const idle: Socket[] = [];
const waiting: Socket[] = [];

function join(one: Socket, other: Socket): void {
	one.pipe(other);
	other.pipe(one);
	one.on('close', () => other.destroy());
	other.on('close', () => one.destroy());
}

const serverFor = (own: Socket[], others: Socket[]) =>
	createServer((socket) => {
		socket.setNoDelay(true);
		socket.on('error', () => socket.destroy());
		const other = others.shift();
		if (other) join(socket, other);
		else own.push(socket);
	}).listen(0, '127.0.0.1');

const servers = [serverFor(idle, waiting), serverFor(waiting, idle)];
let listening = 0;
for (const server of servers) {
	server.on('listening', () => {
		listening += 1;
		if (listening < servers.length) return;
		process.send?.(servers.map((one) => (one.address() as AddressInfo).port));
	});
}
