/*
 * What keys do to Markdown while it is written. Each function says what to replace and what is marked afterwards;
 * the field does it, so that its own Undo knows of it.
 */

/** A text and what is marked in it. */
export interface Marked {
	text: string;
	start: number;
	end: number;
}

/** A replacement, and what is marked then. */
export interface Edit {
	from: number;
	to: number;
	insert: string;
	start: number;
	end: number;
}

/** Puts marks around what is marked, or takes them away. @param mark `**` for bold, `_` for italic */
export function emphasised({ text, start, end }: Marked, mark: string): Edit {
	const { length } = mark;
	const inner = text.slice(start, end);
	const isAround =
		text.slice(start - length, start) === mark && text.slice(end, end + length) === mark;
	if (isAround && start >= length) {
		const [from, to] = [start - length, end + length];
		return { from, to, insert: inner, start: from, end: from + inner.length };
	}
	if (inner.length >= 2 * length && inner.startsWith(mark) && inner.endsWith(mark)) {
		const bare = inner.slice(length, -length);
		return { from: start, to: end, insert: bare, start, end: start + bare.length };
	}
	// Marks do not work beside spaces.
	const [, before = '', words = '', after = ''] = inner.match(/^(\s*)([\s\S]*?)(\s*)$/) ?? [];
	const at = start + before.length + length;
	return {
		from: start,
		to: end,
		insert: `${before}${mark}${words}${mark}${after}`,
		start: at,
		end: at + words.length
	};
}

/** Makes a link of what is marked, and marks the place of what is missing: its address, or its words. */
export function linked({ text, start, end }: Marked): Edit {
	const inner = text.slice(start, end);
	if (isWebAddress(inner)) {
		return { from: start, to: end, insert: `[](${inner})`, start: start + 1, end: start + 1 };
	}
	const at = start + inner.length + 3;
	return { from: start, to: end, insert: `[${inner}]()`, start: at, end: at };
}

/** A pasted address makes a link of the marked words; anything else is pasted as it is. */
export function pastedLink({ text, start, end }: Marked, pasted: string): Edit | undefined {
	const [words, address] = [text.slice(start, end), pasted.trim()];
	if (words.trim() === '' || words.includes('\n') || isWebAddress(words)) return undefined;
	if (!isWebAddress(address)) return undefined;
	const target = /[()]/.test(address) ? `<${address}>` : address;
	const insert = `[${words.replace(/[[\]]/g, '\\$&')}](${target})`;
	return { from: start, to: end, insert, start: start + insert.length, end: start + insert.length };
}

/** Enter inside a list or a quote begins its next item; in an empty item it ends the list. */
export function nextItem({ text, start, end }: Marked): Edit | undefined {
	const from = text.lastIndexOf('\n', start - 1) + 1;
	const [marks, indent = '', quote = '', bullet = '', gap = '', box] =
		text.slice(from).match(ITEM) ?? [];
	if (!marks || start !== end || start < from + marks.length || isInCode(text.slice(0, from))) {
		return undefined;
	}
	const lineEnd = text.indexOf('\n', from);
	const rest = text.slice(from + marks.length, lineEnd < 0 ? text.length : lineEnd);
	if (rest.trim() === '') return { from, to: start, insert: '', start: from, end: from };
	const next = bullet.replace(/\d+/, (number) => String(Number(number) + 1));
	const insert = `\n${indent}${quote}${next}${gap}${box ? '[ ] ' : ''}`;
	return { from: start, to: end, insert, start: start + insert.length, end: start + insert.length };
}

const ITEM = /^([ \t]*)((?:> ?)*)(?:([-*+]|\d{1,9}[.)])([ \t]+)(\[[ xX]\] )?)?/;

const isInCode = (before: string): boolean =>
	(before.match(/^ {0,3}(```|~~~)/gm)?.length ?? 0) % 2 === 1;

const isWebAddress = (text: string): boolean =>
	/^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
