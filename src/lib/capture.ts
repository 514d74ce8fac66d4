import { isRecord } from './storage';
import type { CreateIdea } from './schemas/ideas';

/** What one typed line says about a new idea. */
export interface Captured extends Pick<CreateIdea, 'title' | 'notes' | 'star'> {
	linkUrl: string | null;
}

const DIVIDER = /\s--(?=\s)/;
const LAST_WORD = /(?:^|\s)(\S+)$/;
const ESCAPED = /(?<=^|\s)\\(\\*(?:\*\*?|--|https?:\/\/\S+)|\\+)(?=\s|$)/gi;

/**
 * Reads one line: `title -- notes * https://…`.
 *
 * The first ` -- ` splits title from notes. `*` (star), `**` (super) and a web address count only as
 * the last words of the line, in any order, each once. A backslash before any of them makes it plain
 * text; `\\` is a backslash. Marks never use up the whole title: a line that is only an address is
 * its own title, a line that is only stars is a title of stars.
 */
export function parseCapture(line: string): Captured {
	const text = line.trim();
	const divider = DIVIDER.exec(text);
	const title = divider ? text.slice(0, divider.index) : text;
	const tail = divider ? text.slice(divider.index + divider[0].length) : text;
	const { rest, star = 'none', linkUrl = null } = takeMarks(tail);

	if (divider && title.trim() !== '') {
		return { title: plain(title), notes: plain(rest), star, linkUrl };
	}
	if (rest !== '' && !divider) return { title: plain(rest), notes: '', star, linkUrl };
	if (linkUrl && !divider) return { title: linkUrl, notes: '', star, linkUrl };
	return { title: plain(text), notes: '', star: 'none', linkUrl: null };
}

/** The lines of a pasted text that say something. */
export function linesOf(text: string): string[] {
	return text
		.split(/[\r\n\u2028\u2029]+/)
		.map((line) => line.trim())
		.filter((line) => line !== '');
}

/** A pasted text as one idea: its first line as it would be typed, the others as notes. */
export function captureAsOne(text: string): Captured {
	const [first = '', ...others] = text
		.replace(/\r\n?|[\u2028\u2029]/g, '\n')
		.trim()
		.split('\n');
	const captured = parseCapture(first);
	return { ...captured, notes: joinNotes(captured.notes, others.join('\n').trim()) };
}

/** Notes from the line, then notes that were typed below it. */
export function joinNotes(...parts: string[]): string {
	return parts.filter((part) => part.trim() !== '').join('\n\n');
}

/** A captured idea as a line that reads as the same idea again, as far as one line can. */
export function lineOf({ title, notes, star, linkUrl }: Captured): string {
	const marks = [{ none: '', star: '*', super: '**' }[star], linkUrl ?? ''].filter(Boolean);
	const said =
		notes && !notes.includes('\n') ? `${escaped(title)} -- ${escaped(notes)}` : escaped(title);
	return [said, ...marks].join(' ');
}

/** What stands in the fields for something new, kept until it is sent. */
export interface Draft {
	line: string;
	notes: string;
}

/** Said when what was refused cannot become a draft: it stays where it is kept. */
export const NO_ROOM =
	'This browser cannot keep any more, so it stays as it is. Copy its text instead.';

/** Whether a value that was kept is a draft. */
export const isDraft = (value: unknown): value is Draft =>
	isRecord(value) && typeof value.line === 'string' && typeof value.notes === 'string';

/** A captured idea as it would be typed anew: notes of several lines stand below the line. */
export function typedAgain(captured: Captured): Draft {
	const isOneLine = !captured.notes.includes('\n');
	return { line: lineOf(captured), notes: isOneLine ? '' : captured.notes };
}

interface Marks {
	/** The text before the marks. */
	rest: string;
	star?: 'star' | 'super';
	linkUrl?: string;
}

function takeMarks(text: string): Marks {
	const marks: Marks = { rest: text.trim() };
	for (;;) {
		const word = LAST_WORD.exec(marks.rest)?.[1] ?? '';
		if (!marks.star && (word === '*' || word === '**')) {
			marks.star = word === '*' ? 'star' : 'super';
		} else if (!marks.linkUrl && isWebAddress(word)) {
			marks.linkUrl = word;
		} else {
			return marks;
		}
		marks.rest = marks.rest.slice(0, -word.length).trimEnd();
	}
}

const isWebAddress = (word: string): boolean => /^https?:\/\/./i.test(word) && URL.canParse(word);

const plain = (text: string): string => text.trim().replace(ESCAPED, '$1');

const escaped = (text: string): string =>
	text.replace(/(?<=^|\s)(\\*(?:\*\*?|--|https?:\/\/\S+)|\\+)(?=\s|$)/gi, '\\$1');
