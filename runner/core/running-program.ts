import type { Size } from '#protocol/terminal';

/** How a program ended. */
export interface Ended {
	exitCode: number;
	/** The number of the signal that ended it, or none. */
	signal?: number;
}

/** A program that runs and believes that it has a terminal. */
export interface RunningProgram {
	/** The bytes are good until `then` returns: what is read next is read into the same memory. */
	onOutput(then: (output: Uint8Array) => void): void;
	/** Told once, after the last output. */
	onEnd(then: (ended: Ended) => void): void;
	/** Inputs that the program has not taken yet. */
	readonly waitingInputs: number;
	/** Gives input to the program; `done` is called when it has taken all of it. */
	write(bytes: Uint8Array, done: () => void): void;
	resize(size: Size): void;
	/** Reads no more: when the buffers between are full, the program waits. */
	pause(): void;
	resume(): void;
	/** Hangs up, as a terminal does whose window is closed. */
	hangUp(): void;
	/** Ends it whatever it does about hanging up. */
	kill(): void;
}
