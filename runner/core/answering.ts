import type { Answers } from '#protocol/terminal';
import { RUNNER_LIMITS } from './limits.ts';

/** One that may answer what a program asks of its terminal. */
export interface Answerer {
	/** Up to where it says that it has drawn. */
	readonly acknowledged: number;
	/** Whether what it sends is given to the program. */
	readonly mayType: boolean;
	/** Told which output is its own to answer for. */
	answer(answers: Answers): void;
}

/** What a program has asked, as the runner's own screen finds it. */
export interface Asked {
	/** What the screen would answer. */
	text: string;
	/** The offset behind the question. */
	end: number;
	/** When it was asked, by `performance.now()`. */
	atMs: number;
}

/** What answers where no page does. */
export interface OwnScreen {
	/** Up to where it has drawn, and told what was asked. */
	readonly drawn: number;
	/** Gives an answer of its own to the program. */
	answer(text: string): void;
}

/** What a page says by itself, behind ESC: answers about kind, state, cursor and modes, and that it has lost the focus. */
const REPORT = /^\[[?>]?[\d;]*(?:[cnRO]|\$y)$/;
const LONGEST_REPORT = 32;
const ESC = 0x1b;
/** Questions that may still be answered by a page, and answers to what is not drawn yet: the oldest are forgotten. */
const MOST_OPEN = 100;

interface Part<Page> {
	page: Page;
	from: number;
	to: number;
}

/**
 * Says who answers what a program asks of its terminal, as which kind it is. For each byte of output that is exactly
 * one: the page that was typed into last, for another one may be where its browser gives it no time; or, where
 * nobody can type, the screen of the runner itself. What a page was to answer, and has neither answered nor drawn when it
 * leaves, the screen answers.
 */
export class Answering<Page extends Answerer> {
	readonly #screen: OwnScreen;
	/** Absent: the screen. */
	#page: Page | undefined;
	#from = 0;
	/** What pages answer for that are not the last one; whatever is nobody's is the screen's. */
	#before: Part<Page>[] = [];
	/** Questions that are a page's to answer, as far as it has not. */
	#open: (Asked & { page: Page })[] = [];
	/** What pages have answered to what the screen has not drawn yet: which kind, and up to where it may be asked. */
	#early: { kind: string; to: number }[] = [];

	constructor(screen: OwnScreen) {
		this.#screen = screen;
	}

	/** A page has come, perhaps in the place of its own earlier line. @returns what it answers for */
	join(page: Page, replaced?: Page): Answers | null {
		if (replaced && replaced === this.#page) this.#replace(replaced, page);
		else if (!this.#page && page.mayType) this.#handOver(page, this.#screen.drawn);
		return this.#page === page ? { from: this.#from } : null;
	}

	/**
	 * A page has gone: another of those that are left answers what is printed from now on, or the screen.
	 *
	 * @param end the offset behind the output so far
	 */
	leave(page: Page, left: Iterable<Page>, end: number): void {
		if (page === this.#page) {
			this.#before.push({ page, from: this.#from, to: end });
			this.#page = [...left].find(({ mayType }) => mayType);
			this.#from = end;
			this.#page?.answer({ from: end });
		}
		this.#before = this.#before
			.map((part) =>
				part.page === page ? { ...part, to: Math.min(part.to, page.acknowledged) } : part
			)
			.filter(({ from, to }) => to > Math.max(from, this.#screen.drawn));
		const open = this.#unanswered;
		this.#open = open.filter((asked) => asked.page !== page);
		for (const asked of open) if (asked.page === page) this.#answer(asked);
	}

	/** A page has sent input. Where somebody types there, it answers from that offset on. */
	typed(page: Page, bytes: Uint8Array, offset: number): void {
		if (isReport(bytes))
			return this.#reported(page, kindOf(Buffer.from(bytes).toString('latin1')), offset);
		if (page === this.#page) return;
		this.#handOver(page, offset);
		page.answer({ from: offset });
	}

	/** The screen has come to a question. */
	asked(asked: Asked): void {
		const kind = kindOf(asked.text);
		this.#early = this.#early.filter(({ to }) => to >= asked.end);
		const answered = this.#early.findIndex((early) => early.kind === kind);
		if (answered >= 0) return void this.#early.splice(answered, 1);
		const page = this.#pageFor(asked.end - 1);
		if (!page) return this.#answer(asked);
		this.#open = [...this.#unanswered, { ...asked, page }].slice(-MOST_OPEN);
	}

	/** Of those that a page has drawn, it has answered what it would. */
	get #unanswered() {
		return this.#open.filter(({ page, end }) => end > page.acknowledged);
	}

	#reported(page: Page, kind: string, offset: number): void {
		const answered = this.#open.findIndex(
			(asked) => asked.page === page && kindOf(asked.text) === kind
		);
		if (answered >= 0) return void this.#open.splice(answered, 1);
		const isIts = page === this.#page || this.#before.some((part) => part.page === page);
		if (!isIts || this.#screen.drawn >= offset) return;
		this.#early = [...this.#early, { kind, to: offset }].slice(-MOST_OPEN);
	}

	/** What is asked too late would be read as if somebody had typed it. */
	#answer({ text, atMs }: Asked): void {
		if (performance.now() - atMs <= RUNNER_LIMITS.answerMs) this.#screen.answer(text);
	}

	#pageFor(offset: number): Page | undefined {
		if (offset >= this.#from) return this.#page;
		return this.#before.find(({ from, to }) => offset >= from && offset < to)?.page;
	}

	#replace(replaced: Page, page: Page): void {
		this.#page = page;
		for (const one of [...this.#before, ...this.#open]) if (one.page === replaced) one.page = page;
	}

	/** Whoever answered so far still does for what is before that offset. */
	#handOver(next: Page, offset: number): void {
		if (this.#page) {
			const ended = { from: this.#from, to: offset };
			this.#before.push({ page: this.#page, ...ended });
			this.#page.answer(ended);
		}
		this.#page = next;
		this.#from = offset;
		const { drawn } = this.#screen;
		this.#before = this.#before.filter(({ page, to }) => to > Math.min(drawn, page.acknowledged));
	}
}

function isReport(bytes: Uint8Array): boolean {
	if (bytes[0] !== ESC || bytes.length > LONGEST_REPORT) return false;
	return REPORT.test(Buffer.from(bytes.subarray(1)).toString('latin1'));
}

/** What is answered, without the numbers: a page may have its cursor elsewhere. */
const kindOf = (report: string): string => report.replaceAll(/\d+/g, '');
