import { connect, type Socket } from 'node:net';

/** How nodemailer is told of a socket that it did not open itself. */
export type OnSocket = (error: Error | null, opened?: { connection: Socket }) => void;

/** Where to, and how long to wait. */
interface Destination {
	host?: string;
	port?: number | string;
	connectionTimeout?: number;
}

/**
 * Connects to a mail server. The socket is ours from its first moment, so that it can be ended at any.
 *
 * @param done is told once, when it is connected or cannot be
 */
export function openSocket(
	{ host = 'localhost', port = 25, connectionTimeout = 0 }: Destination,
	done: OnSocket
): Socket {
	const socket = connect({ host, port: Number(port) });
	const timer = setTimeout(() => {
		const error = Object.assign(new Error('Connection timeout'), { code: 'ETIMEDOUT' });
		socket.destroy(error);
	}, connectionTimeout);
	let failure: Error | null = null;
	const fail = (error: Error) => (failure = error);
	const end = () => {
		clearTimeout(timer);
		done(failure ?? new Error('The connection was given up'));
	};
	socket.on('error', fail);
	socket.once('close', end);
	socket.once('connect', () => {
		clearTimeout(timer);
		socket.off('close', end);
		socket.setKeepAlive(true);
		done(null, { connection: socket });
	});
	return socket;
}
