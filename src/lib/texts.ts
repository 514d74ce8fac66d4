/*
 * What someone writes on a thing, as texts with names, and how two edits of it come together. Each text is
 * changed by itself: two people who write in different ones are both right.
 */

/** The texts of one thing by their names. One that is not there has been removed, or is not written yet. */
export type Texts = Readonly<Record<string, string>>;

/** Two edits of one text, and what both began with. */
export interface Edits {
	base: Texts;
	mine: Texts;
	theirs: Texts;
}

/** Which of two versions of a text to keep; `both` puts theirs under mine. */
export type Choice = 'mine' | 'theirs' | 'both';

/** The name under which the order of the sections stands: their ids. It is never worth a question. */
export const ORDER = 'order';

const SECTION = 'section ';

/** The name of a section's text: its own name in the first line, what it says below. */
export const sectionName = (id: string): string => SECTION + id;

/** Whether a text may have several lines. */
export const isBlock = (name: string): boolean => name === 'notes' || name.startsWith(SECTION);

/** The names of the texts in which two versions differ once both are stored. */
export function differing(a: Texts, b: Texts): string[] {
	const names = new Set([...Object.keys(a), ...Object.keys(b)]);
	return [...names].filter((name) => a[name] !== b[name] && stored(name, a) !== stored(name, b));
}

/** The texts that both have changed, and not to the same. */
export function colliding({ base, mine, theirs }: Edits): string[] {
	const changedByMe = differing(base, mine);
	const changedByThem = differing(base, theirs);
	return differing(mine, theirs).filter(
		(name) => name !== ORDER && changedByMe.includes(name) && changedByThem.includes(name)
	);
}

/** Their version with my changes laid over it, except where theirs is chosen. */
export function merged(
	{ base, mine, theirs }: Edits,
	choices: Readonly<Record<string, Choice>> = {}
): Texts {
	const result: Record<string, string> = { ...theirs };
	for (const name of differing(base, mine)) {
		const choice = choices[name] ?? 'mine';
		const own = mine[name];
		if (choice === 'theirs') continue;
		if (own === undefined) delete result[name];
		else result[name] = choice === 'both' ? together(name, own, theirs[name] ?? '') : own;
	}
	return result;
}

/**
 * What the next edit begins with, when `mine` was sent and nobody knows whether it has arrived: where theirs is
 * just that, it has, and is no change of anybody else.
 */
export function sinceSent({ base, mine, theirs }: Edits): Texts {
	const others = new Set(differing(mine, theirs));
	const names = new Set([...Object.keys(base), ...Object.keys(theirs)]);
	const texts = [...names].map((name) => [name, (others.has(name) ? base : theirs)[name]]);
	return Object.fromEntries(texts.filter(([, text]) => text !== undefined)) as Texts;
}

/** Mine, an empty line, theirs. Of two sections the name is mine. */
function together(name: string, mine: string, theirs: string): string {
	const said = name.startsWith(SECTION) ? theirs.slice(theirs.indexOf('\n') + 1) : theirs;
	return [mine, said].filter((text) => text.trim() !== '').join('\n\n');
}

/** A text as the server will store it. */
function stored(name: string, texts: Texts): string | undefined {
	const text = texts[name]?.normalize('NFC').replace(/\r\n?/g, '\n');
	if (text === undefined || name === 'notes') return text;
	if (!isBlock(name)) return text.replace(/\s*\n\s*/g, ' ').trim();
	const end = text.indexOf('\n');
	return `${text.slice(0, end).trim()}${text.slice(end)}`;
}
