import type { OutputRing } from './output-ring.ts';

/** Behind CSI: what the terminal is (DA), how it is and where its cursor is (DSR), which modes are on (DECRQM), its version. */
const QUESTION = /^[?>=]?[\d;]*(?:[cnq]|\$p)/;
const LONGEST_QUESTION = 32;
const [ESC, BRACKET] = [0x1b, 0x5b];
const CSI_BYTES = 2;
/** So many are told apart; of a program that asks without end the rest counts as one. */
const MOST_OPEN = 100;

/** Where a question ends, and when it was asked, by `performance.now()`. */
interface Open {
	end: number;
	atMs: number;
}

/** The questions of a program to its terminal, in output that is not drawn yet. */
export class Questions {
	#readTo = 0;
	#open: Open[] = [];

	/** When the first of them was asked. */
	get sinceMs(): number | undefined {
		return this.#open[0]?.atMs;
	}

	/** Where the first of them ends. */
	get nextEnd(): number {
		return this.#open[0]?.end ?? Infinity;
	}

	/** Looks for them in what has come. One may have come in parts. */
	read(ring: OutputRing): void {
		const from = Math.max(ring.start, this.#readTo - LONGEST_QUESTION);
		const output = ring.between(from, ring.end);
		for (let at = output.indexOf(ESC); at >= 0; at = output.indexOf(ESC, at + 1)) {
			if (output[at + 1] !== BRACKET) continue;
			const text = output.toString('latin1', at + CSI_BYTES, at + LONGEST_QUESTION);
			const [question] = QUESTION.exec(text) ?? [];
			const end = from + at + CSI_BYTES + (question?.length ?? 0);
			if (question !== undefined && end > this.#readTo) this.#add(end);
		}
		this.#readTo = ring.end;
	}

	/** It is drawn up to there. @returns when the last question before it was asked */
	drawn(offset: number): number | undefined {
		let atMs: number | undefined;
		while (this.nextEnd <= offset) atMs = this.#open.shift()?.atMs;
		return atMs;
	}

	#add(end: number): void {
		const last = this.#open.at(-1);
		if (last && this.#open.length >= MOST_OPEN) last.end = end;
		else this.#open.push({ end, atMs: performance.now() });
	}
}
