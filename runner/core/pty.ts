import { readSync, writeSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { spawn, type IPty } from '@lydell/node-pty';
import type { Size } from '#protocol/terminal';
import { RUNNER_LIMITS } from './limits.ts';
import { withOwnDescriptors } from './own-descriptors.ts';
import { startReading } from './read-buffer.ts';
import type { Ended, RunningProgram } from './running-program.ts';

/** What is run in a terminal. */
export interface Program {
	file: string;
	args: string[];
	/** The working folder: exists, and may be entered. */
	folder: string;
	env: Record<string, string>;
}

const PIECE_BYTES = 65_536;

/** What node-pty has and does not declare. */
interface Insides {
	/** Absent on Windows. */
	fd?: number;
	_socket?: ReadStream;
}

/**
 * A program in a pseudo-terminal.
 *
 * It makes good for three things in node-pty. Its `write` blocks the whole process while the program does not
 * read; here the descriptor, which does not block, is written to as far as it takes, and later again. 200 ms
 * after the program's end it throws away what was not read; here it is read to its end first. And Node takes a
 * terminal that was hung up for one that is read to its end, although the system still has output of it.
 */
export class Pty implements RunningProgram {
	readonly #pty: IPty;
	readonly #fd: number | undefined;
	#inputs: { bytes: Uint8Array; done: () => void }[] = [];
	#retry: NodeJS.Timeout | undefined;
	#isPaused = false;
	/** The program is gone; what it printed last is read, however slow those are who look. */
	#isAtItsEnd = false;
	#hasEnded = false;
	/** The descriptor is closed: its number may be somebody else's by now. */
	#isClosed = false;
	/** Closes the descriptor when nothing was read for so long after the program's end. */
	#quiet: NodeJS.Timeout | undefined;
	#onOutput: (output: Uint8Array) => void = () => {};

	/** @throws where the system has no terminal to give */
	constructor(program: Program, { cols, rows }: Size) {
		const { file, args, folder: cwd, env } = withOwnDescriptors(program);
		const options = { cwd, env, cols, rows, name: env.TERM, encoding: null };
		this.#pty = startReading(
			(output) => this.#read(output),
			() => spawn(file, args, options)
		);
		const { fd, _socket: socket } = this.#pty as IPty & Insides;
		this.#fd = fd;
		// Where the system's terminals are no streams. With `encoding: null` it is bytes, whatever the declaration says.
		this.#pty.onData((output) => this.#read(output as unknown as Uint8Array));
		if (socket) this.#readToTheEnd(socket);
		this.#pty.onExit(() => {
			this.#hasEnded = true;
			clearTimeout(this.#retry);
			this.#inputs = [];
		});
	}

	get pid(): number {
		return this.#pty.pid;
	}

	onOutput(then: (output: Uint8Array) => void): void {
		this.#onOutput = then;
	}

	onEnd(then: (ended: Ended) => void): void {
		this.#pty.onExit(({ exitCode, signal }) => then({ exitCode, signal: signal || undefined }));
	}

	/** Inputs that the program has not taken yet. */
	get waitingInputs(): number {
		return this.#inputs.length;
	}

	write(bytes: Uint8Array, done: () => void): void {
		if (this.#isOver) return;
		this.#inputs.push({ bytes, done });
		if (!this.#retry) this.#give();
	}

	resize({ cols, rows }: Size): void {
		if (!this.#isOver) this.#pty.resize(cols, rows);
	}

	pause(): void {
		if (this.#isPaused || this.#isAtItsEnd) return;
		this.#isPaused = true;
		this.#pty.pause();
	}

	resume(): void {
		if (!this.#isPaused) return;
		this.#isPaused = false;
		this.#pty.resume();
	}

	hangUp(): void {
		if (!this.#hasEnded) this.#pty.kill();
	}

	kill(): void {
		if (!this.#hasEnded) this.#pty.kill(process.platform === 'win32' ? undefined : 'SIGKILL');
	}

	get #isOver(): boolean {
		return this.#hasEnded || this.#isClosed;
	}

	#give(): void {
		this.#retry = undefined;
		for (;;) {
			const next = this.#inputs[0];
			if (!next || this.#isOver) return;
			const given = this.#writeNow(next.bytes);
			if (given < next.bytes.length) {
				next.bytes = next.bytes.subarray(given);
				this.#retry = setTimeout(() => this.#give(), RUNNER_LIMITS.inputRetryMs);
				return;
			}
			this.#inputs.shift();
			next.done();
		}
	}

	/** @returns how many bytes were taken */
	#writeNow(bytes: Uint8Array): number {
		if (this.#fd === undefined) {
			// There is no descriptor on Windows; it takes bytes as well.
			this.#pty.write(Buffer.from(bytes) as unknown as string);
			return bytes.length;
		}
		try {
			return writeSync(this.#fd, bytes);
		} catch (cause) {
			const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
			if (code === 'EAGAIN') return 0;
			// The program is gone, and its end will be told in a moment.
			if (code === 'EIO' || code === 'EBADF') return bytes.length;
			throw cause;
		}
	}

	#read(output: Uint8Array): void {
		this.#quiet?.refresh();
		this.#onOutput(output);
	}

	/** Puts off the end of the stream until nothing more comes out of it. */
	#readToTheEnd(socket: ReadStream): void {
		const destroy = socket.destroy.bind(socket);
		socket.destroy = (error) => {
			if (error) return destroy(error);
			this.#isAtItsEnd = true;
			this.resume();
			this.#quiet ??= setTimeout(() => destroy(), RUNNER_LIMITS.lastWordsMs);
			return socket;
		};
		socket.on('end', () => this.#readWhatIsLeft());
		// node-pty throws what it does not know, which would end the runner, unless somebody else listens.
		socket.on('error', () => {});
		socket.on('close', () => {
			this.#isClosed = true;
			clearTimeout(this.#quiet);
		});
	}

	/** Everybody on the other side has hung up: the system has so much output, and gets no more. */
	#readWhatIsLeft(): void {
		if (this.#fd === undefined) return;
		try {
			for (;;) {
				const piece = Buffer.allocUnsafe(PIECE_BYTES);
				const length = readSync(this.#fd, piece);
				if (length === 0) return;
				this.#onOutput(piece.subarray(0, length));
			}
		} catch {
			// EIO is how Linux says that this was all; whatever else it says, there is no more to be had.
		}
	}
}
