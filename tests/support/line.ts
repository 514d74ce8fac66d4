import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a program, that fails in the ways in which lines do. */
export interface Line {
	port: number;
	/** Where it leads; connections from now on go there. */
	target: { host: string; port: number };
	/** Breaks every connection; new ones are let through. */
	cut(): void;
	/** Lets so many more bytes come back from the target and then breaks the connection that has the last of them. */
	cutAfter(bytes: number): Promise<void>;
	/** From now on nothing passes, in neither direction, and nobody is told. */
	freeze(): void;
	/** Breaks every connection, and refuses new ones. */
	close(): Promise<void>;
	/** Lets connections through again, on the same port. */
	open(): Promise<void>;
	stop(): Promise<void>;
}

/** Starts a line on a free port of this machine. Where it leads can be said later. */
export async function startLine(target = { host: '127.0.0.1', port: 0 }): Promise<Line> {
	const sockets = new Set<Socket>();
	let fuse: { left: number; burnt: () => void } | undefined;
	const server = createServer((near) => {
		const far = connect(line.target);
		for (const [one, other] of [
			[near, far],
			[far, near]
		] as const) {
			sockets.add(one);
			one.setNoDelay(true);
			one.pipe(other);
			// A broken connection ends the other half, too.
			one.on('error', () => other.destroy());
			one.on('close', () => {
				sockets.delete(one);
				other.destroy();
			});
		}
		far.on('data', (chunk) => {
			if (!fuse || (fuse.left -= chunk.length) > 0) return;
			const { burnt } = fuse;
			fuse = undefined;
			near.resetAndDestroy();
			burnt();
		});
	});
	const listen = (port: number) =>
		new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, '127.0.0.1', () => resolve());
		});
	const cut = () => sockets.forEach((socket) => socket.destroy());
	const close = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			cut();
		});
	await listen(0);
	const { port } = server.address() as AddressInfo;
	const line: Line = {
		...{ port, target, cut, close },
		cutAfter: (bytes) => new Promise((burnt) => (fuse = { left: bytes, burnt })),
		freeze() {
			for (const socket of sockets) {
				socket.unpipe();
				socket.pause();
			}
		},
		open: () => listen(port),
		stop: () => (server.listening ? close() : Promise.resolve())
	};
	return line;
}
