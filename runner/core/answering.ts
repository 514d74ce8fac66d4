import type { Answers } from '#protocol/terminal';

/** One that may answer what a program asks of its terminal. */
export interface Answerer {
	/** Up to where it has drawn; whoever comes after it answers from there. */
	readonly acknowledged: number;
	/** Whether what it sends is given to the program. */
	readonly mayType: boolean;
	/** Told which output is its own to answer for. */
	answer(answers: Answers): void;
}

/** What answers where no page does. */
export interface OwnScreen {
	/** Up to where it has drawn. */
	readonly drawn: number;
	answers: Answers;
}

/** What a page says by itself, behind ESC: answers about kind, state, cursor and modes, and that it has lost the focus. */
const REPORT = /^\[[?>]?[\d;]*(?:[cnRO]|\$y)$/;
const LONGEST_REPORT = 32;
const ESC = 0x1b;

/**
 * Says who answers what a program asks of its terminal, as which kind it is. For each byte of output that is exactly
 * one: the page that was typed into last, for another one may be where its browser gives it no time; or, where
 * nobody can type, the screen of the runner itself.
 */
export class Answering<Page extends Answerer> {
	readonly #screen: OwnScreen;
	/** Absent: the screen. */
	#page: Page | undefined;
	#from = 0;

	constructor(screen: OwnScreen) {
		this.#screen = screen;
		screen.answers = { from: 0 };
	}

	/** A page has come, perhaps in the place of its own earlier line. @returns what it answers for */
	join(page: Page, replaced?: Page): Answers | null {
		if (replaced && replaced === this.#page) this.#page = page;
		else if (!this.#page && page.mayType) this.#handOver(page, this.#screen.drawn);
		return this.#page === page ? { from: this.#from } : null;
	}

	/** A page has gone: another of those that are left goes on where it was, or the screen. */
	leave(page: Page, left: Iterable<Page>): void {
		if (page !== this.#page) return;
		const next = [...left].find(({ mayType }) => mayType);
		this.#begin(next, page.acknowledged);
		next?.answer({ from: this.#from });
	}

	/** A page has sent input. Where somebody types there, it answers from that offset on. */
	typed(page: Page, bytes: Uint8Array, offset: number): void {
		if (page === this.#page || isReport(bytes)) return;
		this.#handOver(page, offset);
		page.answer({ from: offset });
	}

	/** Whoever answered so far still does for what is before that offset. */
	#handOver(next: Page, offset: number): void {
		const ended = { from: this.#from, to: offset };
		if (this.#page) this.#page.answer(ended);
		else this.#screen.answers = ended;
		this.#begin(next, offset);
	}

	#begin(page: Page | undefined, offset: number): void {
		this.#page = page;
		this.#from = offset;
		if (!page) this.#screen.answers = { from: offset };
	}
}

function isReport(bytes: Uint8Array): boolean {
	if (bytes[0] !== ESC || bytes.length > LONGEST_REPORT) return false;
	return REPORT.test(Buffer.from(bytes.subarray(1)).toString('latin1'));
}
