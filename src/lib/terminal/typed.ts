import { WIRE } from '#protocol/limits';

/** What was typed, with the number that the runner counts it by. */
export interface Input {
	sequence: number;
	bytes: Uint8Array;
}

/**
 * What was typed into one terminal, in its order, until the runner says that the program has it. Nothing is lost
 * by a line that breaks, and nothing is typed twice.
 */
export class Typed {
	/** Numbered, and not yet acknowledged. */
	#numbered: Input[] = [];
	/** Typed meanwhile, and without a number: what waits together goes together. */
	#waiting: Uint8Array[] = [];
	#last = 0;
	/** The last one that has left on the present line. */
	#sent = 0;

	/** Whether everything that was typed is with the program. */
	get isEmpty(): boolean {
		return this.#numbered.length === 0 && this.#waiting.length === 0;
	}

	/** Keeps something typed; a long paste is cut into pieces that fit into frames. */
	add(bytes: Uint8Array): void {
		for (let at = 0; at < bytes.length; at += WIRE.inputBytes) {
			this.#waiting.push(bytes.subarray(at, at + WIRE.inputBytes));
		}
	}

	/** What may leave now, in its order; each is handed out once for each line. */
	take(): Input[] {
		while (this.#waiting.length > 0 && this.#numbered.length < WIRE.inputsInFlight) {
			this.#last += 1;
			this.#numbered.push({ sequence: this.#last, bytes: this.#nextPiece() });
		}
		const leaving = this.#numbered.filter(({ sequence }) => sequence > this.#sent);
		this.#sent = this.#last;
		return leaving;
	}

	/** The program has everything up to that number. */
	acknowledge(sequence: number): void {
		this.#numbered = this.#numbered.filter((input) => input.sequence > sequence);
	}

	/** A new line: the runner has everything up to that number, and the rest is handed out again. */
	resume(sequence: number): void {
		this.acknowledge(sequence);
		this.#sent = Math.min(sequence, this.#last);
	}

	/**
	 * Another life of the terminal, which counts from 1 again. What had left for the last one is given up: nobody knows
	 * whether it arrived, and a command must not run twice. What was typed behind it is given up with it, for a command
	 * must not run without its middle either. What never left, with nothing lost before it, goes on.
	 *
	 * @returns whether something was given up
	 */
	restart(): boolean {
		const isGivenUp = this.#numbered.length > 0;
		if (isGivenUp) this.#waiting = [];
		this.#numbered = [];
		this.#last = 0;
		this.#sent = 0;
		return isGivenUp;
	}

	/** Nobody will take it any more. */
	clear(): void {
		this.#numbered = [];
		this.#waiting = [];
	}

	/** As much of what waits as one frame carries. */
	#nextPiece(): Uint8Array {
		let length = 0;
		let count = 0;
		for (const { length: more } of this.#waiting) {
			if (count > 0 && length + more > WIRE.inputBytes) break;
			length += more;
			count += 1;
		}
		const piece = new Uint8Array(length);
		let at = 0;
		for (const bytes of this.#waiting.splice(0, count)) {
			piece.set(bytes, at);
			at += bytes.length;
		}
		return piece;
	}
}
