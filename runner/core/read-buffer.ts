import tty from 'node:tty';

/** More than a system gives of a terminal in one reading. */
const BUFFER_BYTES = 65_536;

/** Where every terminal is read into: whoever is told of output has taken it before anything else is read. */
const BUFFER = Buffer.allocUnsafeSlow(BUFFER_BYTES);

/**
 * Starts a terminal whose output is read into one buffer, again and again. By itself Node makes a new one of 64 KiB
 * for each reading of 4, and they are what V8's collector has most of its work with.
 *
 * node-pty makes its `tty.ReadStream` by itself, and has no option for how. So while it does, which is at once, it
 * finds one that knows. The stream then tells of no `data`.
 *
 * @param onRead told of each reading; the bytes are good until it returns
 */
export function startReading<Started>(
	onRead: (output: Uint8Array) => void,
	start: () => Started
): Started {
	const { ReadStream } = tty;
	class Reading extends ReadStream {
		constructor(fd: number) {
			const callback = (length: number) => {
				onRead(BUFFER.subarray(0, length));
				return !this.isPaused();
			};
			super(fd, { onread: { buffer: BUFFER, callback } });
		}
	}
	Object.assign(tty, { ReadStream: Reading });
	try {
		return start();
	} finally {
		Object.assign(tty, { ReadStream });
	}
}
