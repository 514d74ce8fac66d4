import type { FilePart } from './import-json-reader';
import { sectionId } from './import-older';
import { unreadable } from './import-problems';

interface Section {
	id: string;
	label: string;
	body: string[];
}

interface Draft {
	title: string;
	notes: string[];
	link?: { linkUrl: string; linkLabel: string };
	completedAt?: string | null;
	sections: Section[];
}

const MAX_LINE_CHARS = 200_000;

/** An outline: `# Idea`, its notes, `- feature` or `- [x] done`, and indented below notes and `- details`. */
export async function* readMarkdown(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<FilePart> {
	const outline = new Outline();
	for await (const line of linesOf(bytes)) yield* outline.take(line);
	yield* outline.end();
}

class Outline {
	#idea?: Draft;
	#feature?: Draft;
	#ideaIndex = -1;
	#featureIndex = -1;

	*take(line: string): Generator<FilePart> {
		const heading = /^#\s+(.*?)(?:\s+#+)?\s*$/.exec(line);
		if (heading) {
			yield* this.end();
			this.#ideaIndex += 1;
			this.#featureIndex = -1;
			this.#idea = { title: titleOf(heading[1] ?? ''), notes: [], sections: [] };
			return;
		}
		const item = /^[-*+]\s+(?:\[([ xX])\]\s+)?(.*)$/.exec(line);
		if (item) {
			if (!this.#idea && this.#ideaIndex < 0) {
				unreadable('line 1', 'An outline begins with an idea: a line such as “# My idea”.');
			}
			yield* this.#closeAll();
			this.#featureIndex += 1;
			const completedAt = item[1] === undefined ? undefined : item[1] === ' ' ? null : 'done';
			this.#feature = { title: item[2] ?? '', notes: [], sections: [], completedAt };
			return;
		}
		if (this.#feature) this.#detail(this.#feature, line);
		else if (this.#idea) this.#ideaLine(this.#idea, line);
		else if (line.trim() && this.#ideaIndex < 0) {
			unreadable('line 1', 'An outline begins with an idea: a line such as “# My idea”.');
		}
	}

	*end(): Generator<FilePart> {
		yield* this.#closeAll();
	}

	#ideaLine(idea: Draft, line: string) {
		const link = /^<(https?:\/\/[^>\s]+)>(?: (.*))?$/i.exec(line);
		const isFirst = idea.notes.every((one) => one === '') && !idea.link;
		if (link && isFirst) idea.link = { linkUrl: link[1] ?? '', linkLabel: link[2] ?? '' };
		else idea.notes.push(unescaped(line));
	}

	#detail(feature: Draft, line: string) {
		const own = /^(?: {1,3}|\t)[-*+]\s+(?:\*\*((?:[^*\\]|\\.)*)\*\*:?\s*)?(.*)$/.exec(line);
		const last = feature.sections.at(-1);
		if (own) {
			const label = (own[1] ?? '').replace(/\\(.)/g, '$1');
			const id = sectionId(feature.title, feature.sections.length);
			feature.sections.push({ id, label, body: own[2] ? [own[2]] : [] });
		} else if (last) last.body.push(unescaped(line.replace(/^( {4}|\t{1,2})/, '')));
		else feature.notes.push(unescaped(line.replace(/^( {1,2}|\t)/, '')));
	}

	*#closeAll(): Generator<FilePart> {
		const { completedAt, ...feature } = this.#feature ?? { completedAt: undefined };
		if (this.#idea) {
			const { title, notes, link } = this.#idea;
			const value = { title, ...mention('notes', textOf(notes)), ...link };
			yield { kind: 'idea', ideaIndex: this.#ideaIndex, value };
			this.#idea = undefined;
		}
		if ('title' in feature) {
			const { title, notes, sections } = feature;
			const value = {
				title,
				...mention('notes', textOf(notes)),
				...(sections.length > 0 && {
					sections: sections.map(({ body, ...section }) => ({ ...section, body: textOf(body) }))
				}),
				...(completedAt !== undefined && { completedAt })
			};
			const { ideaIndex, featureIndex } = {
				ideaIndex: this.#ideaIndex,
				featureIndex: this.#featureIndex
			};
			yield { kind: 'feature', ideaIndex, featureIndex, value };
			this.#feature = undefined;
		}
	}
}

const mention = (name: string, text: string) => (text ? { [name]: text } : {});

/** Empty lines around a text only set it off. */
const textOf = (lines: string[]): string => lines.join('\n').replace(/^\n+|\n+$/g, '');

/** A backslash tells hashes of the title from those that close a heading. */
const titleOf = (heading: string): string => heading.replace(/(^|\s)\\(?=\\*#+$)/, '$1');

const unescaped = (line: string): string => line.replace(/^\\(?=\s*[-#\\<*+]|\s)/, '');

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
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
