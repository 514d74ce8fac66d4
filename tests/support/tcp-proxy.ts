import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy that can be cut, to see what a program does without the other end. */
export interface TcpProxy {
	port: number;
	/** Breaks every connection and refuses new ones. */
	cut(): Promise<void>;
	/** Lets connections through again, on the same port. */
	mend(): Promise<void>;
	stop(): Promise<void>;
	/** Lets the next thing through that holds this text, and nothing back on its connection from then on. */
	loseAnswerTo(text: string): void;
	/** Whether connections are let through. */
	readonly isOpen: boolean;
	/** Everything that went to the target so far, as text. */
	sentText(): string;
}

/** Made for each connection, and told what goes to the target. */
export type Watch = () => (chunk: Buffer) => void;

/**
 * Starts a proxy on a free port of this machine in front of `target`.
 *
 * @param watch in the place of `sentText`, where there is too much to keep
 */
export async function startTcpProxy(
	target: { host: string; port: number },
	watch?: Watch
): Promise<TcpProxy> {
	const sockets = new Set<Socket>();
	const sent: Buffer[] = [];
	let unanswered: string | undefined;
	const server = createServer((from) => {
		const to = connect(target);
		const read = watch?.() ?? ((chunk: Buffer) => sent.push(chunk));
		from.on('data', (chunk: Buffer) => {
			read(chunk);
			if (unanswered === undefined || !chunk.includes(unanswered)) return;
			unanswered = undefined;
			to.unpipe(from);
			to.resume();
		});
		for (const [one, other] of [
			[from, to],
			[to, from]
		] as const) {
			sockets.add(one);
			one.setNoDelay(true).pipe(other);
			// A broken connection ends the other half, too.
			one.on('error', () => other.destroy());
			one.on('close', () => {
				sockets.delete(one);
				other.destroy();
			});
		}
	});
	const listen = (port: number) =>
		new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, '127.0.0.1', () => resolve());
		});
	const cut = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			for (const socket of sockets) socket.destroy();
		});
	await listen(0);
	const { port } = server.address() as AddressInfo;
	return {
		port,
		cut,
		mend: () => listen(port),
		loseAnswerTo: (text) => (unanswered = text),
		get isOpen() {
			return server.listening;
		},
		sentText: () => Buffer.concat(sent).toString('latin1'),
		stop: () => (server.listening ? cut() : Promise.resolve())
	};
}
