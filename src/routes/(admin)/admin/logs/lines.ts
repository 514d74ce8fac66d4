import { TAIL_LINES } from '$lib/tail-lines';
import { visibly } from '$lib/visible-text';
import type { PageData } from './$types';

/** A line as the page has it. */
export type Line = PageData['lines'][number];

/** What else carries the number of a request. */
export type Around = NonNullable<PageData['around']>;

/** The colour of each level; the word stands beside it. */
export const TONES = { debug: 'quiet', info: 'quiet', warn: 'warning', error: 'danger' } as const;

/** A text of which no line acts, each on a line of its own. */
const lineByLine = (text: string) => text.split(/\r?\n/).map(visibly).join('\n');

/** One field of a line. Whatever is not a word or a number is laid out. */
function inWords(value: unknown): string {
	if (typeof value === 'string') return lineByLine(value);
	if (typeof value !== 'object' || value === null) return String(value);
	if ('stack' in value && typeof value.stack === 'string') {
		const { stack, name: _name, message: _message, ...others } = value as Record<string, unknown>;
		const rest = Object.keys(others).length > 0 ? `\n${JSON.stringify(others, null, 2)}` : '';
		return lineByLine(`${String(stack)}${rest}`);
	}
	return lineByLine(JSON.stringify(value, null, 2));
}

/** The fields of a line, ready to be shown. */
export function fieldsOf({ fields }: Pick<Line, 'fields'>): [name: string, value: string][] {
	const parsed = JSON.parse(fields) as Record<string, unknown>;
	return Object.entries(parsed)
		.filter(([name]) => name !== TRACE)
		.map(([name, value]) => [visibly(name), inWords(value)]);
}

const TRACE = 'traceId';

/** The trace that a line is part of, where there is one: other lines of it say so in their fields. */
export function traceOf({ fields }: Pick<Line, 'fields'>): string | undefined {
	const trace = (JSON.parse(fields) as Record<string, unknown>)[TRACE];
	return typeof trace === 'string' ? trace : undefined;
}

/** Time of day in UTC, to the millisecond; the day before it where that is not today's. */
export function momentOf(at: Date, now: Date): string {
	const [day, time] = at.toISOString().slice(0, 23).split('T') as [string, string];
	return day === now.toISOString().slice(0, 10) ? time : `${day.slice(5)} ${time}`;
}

/** Two lists of lines as one, the latest first, each line once, and no more than `most`. */
export function joined(newer: readonly Line[], older: readonly Line[], most: number): Line[] {
	const all = new Map([...older, ...newer].map((line) => [line.id, line]));
	return [...all.values()]
		.sort((a, b) => b.at.valueOf() - a.at.valueOf() || (a.id < b.id ? 1 : -1))
		.slice(0, most);
}

/** What came of asking for lines. */
export interface Come {
	/** The latest first. */
	lines: Line[];
	/** There were more than were asked for: the earliest are missing. */
	isCut: boolean;
}

/**
 * Asks page by page for what has come, until all of it is there or so many lines are.
 *
 * @param ask gives the latest lines, or those before a line
 */
export async function askAll(ask: (before?: Line) => Promise<Line[]>, most: number): Promise<Come> {
	let lines = await ask();
	for (let page = lines; page.length >= TAIL_LINES;) {
		page = await ask(lines.at(-1));
		if (lines.length >= most) return { lines, isCut: page.length > 0 };
		lines = [...lines, ...page];
	}
	return { lines, isCut: false };
}
