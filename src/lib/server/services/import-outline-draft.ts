import type { FilePart } from './import-json-reader';
import { sectionId } from './import-older';
import type { ListLine } from './import-outline-lines';

/** An idea or a feature of an outline while its lines come in. */
export interface Draft {
	title: string;
	/** Where it begins in the file. */
	line: number;
	/** Where what belongs to it begins. */
	content: number;
	/** How long its texts are so far. */
	chars: number;
	notes: string[];
	isDone?: boolean;
	link?: { linkUrl: string; linkLabel: string };
	sections: { label: string; content: number; body: string[] }[];
}

/** One with nothing in it yet. */
export const draftOf = (
	title: string,
	more: { line: number; content: number; isDone?: boolean }
): Draft => ({ title, chars: 0, notes: [], sections: [], ...more });

/** A line of an idea's notes; before all others it may be its link. */
export function addToIdea(idea: Draft, line: string): void {
	const link = /^<(https?:\/\/[^>\s]+)>(?: (.*))?$/i.exec(line);
	const isFirst = idea.notes.every((one) => one === '') && !idea.link;
	if (link && isFirst) idea.link = { linkUrl: link[1] ?? '', linkLabel: link[2] ?? '' };
	else idea.notes.push(unescaped(line));
}

/** A part of a feature, whose name stands in bold. @returns whether it is one */
export function addSection(feature: Draft, { text, content, isDone }: ListLine): boolean {
	const found = /^\*\*((?:[^*\\]|\\.)*)\*\*:?\s*(.*)$/.exec(text);
	if (!found || isDone !== undefined) return false;
	const label = (found[1] ?? '').replace(/\\(.)/g, '$1');
	feature.sections.push({ label, content, body: found[2] ? [found[2]] : [] });
	return true;
}

/** An idea as a part of the file. One that is done is in the archive. */
export function ideaPart({ title, notes, link, line, isDone }: Draft, ideaIndex: number): FilePart {
	const value = {
		title,
		...mention('notes', textOf(notes)),
		...link,
		...(isDone && { archivedAt: 'done' })
	};
	return { kind: 'idea', ideaIndex, value, line };
}

/** A feature as a part of the file. */
export function featurePart(
	{ title, notes, sections, line, isDone }: Draft,
	[ideaIndex, featureIndex]: [number, number]
): FilePart {
	const value = {
		title,
		...mention('notes', textOf(notes)),
		...(sections.length > 0 && {
			sections: sections.map(({ label, body }, at) => ({
				id: sectionId(title, at),
				label,
				body: textOf(body)
			}))
		}),
		...(isDone !== undefined && { completedAt: isDone ? 'done' : null })
	};
	return { kind: 'feature', ideaIndex, featureIndex, value, line };
}

const mention = (name: string, text: string) => (text ? { [name]: text } : {});

/** Empty lines around a text only set it off. */
const textOf = (lines: string[]): string => lines.join('\n').replace(/^\n+|\n+$/g, '');

/** What an export puts in front of a text that looks like structure is taken off. */
export const unescaped = (line: string): string =>
	line.replace(/^\\(?=\s*[-#\\<*+=`~]|\s)/, '').replace(/^(\d{1,9})\\(?=\\*[.)])/, '$1');
