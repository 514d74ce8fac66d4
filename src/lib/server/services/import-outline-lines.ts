import { unreadable } from './import-problems';

/*
 * What a line of an outline is. Only what begins at the margin, or in a list, makes structure; a backslash in
 * front takes the meaning away.
 */

/** A line of a list. Widths count a tab as four. */
export interface ListLine {
	/** What stands in front of the mark. */
	indent: number;
	/** Where its text begins, and with it what belongs to it. */
	content: number;
	text: string;
	/** Whether it is ticked, where it has a box. */
	isDone?: boolean;
}

const MAX_LINE_CHARS = 200_000;

/** @param isInList whether a list is open, in which what is indented is no heading */
export function headingOf(line: string, isInList: boolean) {
	const found = /^( {0,3})(#{1,6})\s+(.*?)(?:\s+#+)?\s*$/.exec(line);
	if (!found || (isInList && found[1])) return undefined;
	// A backslash tells hashes of the title from those that close a heading.
	const title = (found[3] ?? '').replace(/(^|\s)\\(?=\\*#+$)/, '$1');
	return { level: found[2]?.length ?? 1, title };
}

/** A line under a text that makes it a heading. @returns of which level */
export function underlineOf(line: string): number | undefined {
	const found = /^ {0,3}(=+|-{2,})\s*$/.exec(line);
	return found ? (found[1]?.startsWith('=') ? 1 : 2) : undefined;
}

/** A line across the page, which says nothing. */
export const isBreak = (line: string): boolean => /^ {0,3}([-*])[ \t]*(?:\1[ \t]*){2,}$/.test(line);

/** Something in a list, with a dash or a number in front. */
export function listLineOf(line: string): ListLine | undefined {
	const found = /^([ \t]*)([-*+]|\d{1,9}[.)])(?:[ \t]+(.*))?$/.exec(line);
	if (!found) return undefined;
	const indent = widthOf(found[1] ?? '');
	return { indent, content: indent + (found[2]?.length ?? 1) + 1, ...boxed(found[3] ?? '') };
}

/** A text with a box in front that may be ticked. */
export function boxed(text: string): { text: string; isDone?: boolean } {
	const found = /^\[([ xX])\](?:\s+(.*))?$/.exec(text);
	return found ? { text: found[2] ?? '', isDone: found[1] !== ' ' } : { text };
}

/** How far a line is indented. */
export const indentOf = (line: string): number => widthOf(/^[ \t]*/.exec(line)?.[0] ?? '');

const widthOf = (space: string): number =>
	[...space].reduce((width, char) => width + (char === '\t' ? 4 : 1), 0);

/** A text without the indent of what it belongs to. */
export function outdented(line: string, width: number): string {
	let [at, done] = [0, 0];
	while (done < width && (line[at] === ' ' || line[at] === '\t')) {
		done += line[at] === '\t' ? 4 : 1;
		at += 1;
	}
	return line.slice(at);
}

/** The marks that begin and end a text which is taken letter by letter. */
export function fenceOf(line: string): string | undefined {
	return /^\s{0,8}(`{3,}|~{3,})/.exec(line)?.[1];
}

/** Whether a line ends such a text. */
export const closes = (line: string, fence: string): boolean =>
	line.trim().startsWith(fence) && /^(`+|~+)$/.test(line.trim());

/** Whether a text begins something between fences that does not end in it. */
export function hasOpenFence(lines: readonly string[]): boolean {
	let open: string | undefined;
	for (const line of lines) {
		if (!open) open = fenceOf(line);
		else if (closes(line, open)) open = undefined;
	}
	return open !== undefined;
}

/** The lines of a file, however they end. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const piece of bytes) {
		const lines = (rest + decoder.decode(piece, { stream: true })).split(/\r\n|\n/);
		rest = lines.pop() ?? '';
		if (rest.length > MAX_LINE_CHARS) unreadable('', 'A line of this file has no end.');
		yield* lines;
	}
	yield rest + decoder.decode();
}
