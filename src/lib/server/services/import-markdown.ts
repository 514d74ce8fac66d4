import type { FilePart } from './import-json-reader';
import {
	addSection,
	addToIdea,
	draftOf,
	featurePart,
	ideaPart,
	unescaped,
	type Draft
} from './import-outline-draft';
import {
	boxed,
	closes,
	fenceOf,
	headingOf,
	indentOf,
	isBreak,
	linesOf,
	listLineOf,
	outdented,
	underlineOf,
	type ListLine
} from './import-outline-lines';
import { unreadable } from './import-problems';

/** What stands above the first heading or list is kept this long, until one is found. */
const MAX_PREAMBLE_CHARS = 8_000_000;
/** Notes and sections of one feature, all as long as they may be, with what escapes them. */
const MAX_DRAFT_CHARS = 1_000_000;
/** A text between fences is not longer than notes may be; what is, has no end. */
const MAX_FENCED_CHARS = 40_000;
/** So many fences that do not close, and the rest of them are text like any other. */
const MAX_OPEN_FENCES = 20;

/** Lines that are not understood before a later one has come. */
interface Held {
	until: (line: string) => boolean;
	lines: { text: string; number: number }[];
	chars: number;
	/** What they are once that line has come; else each is taken for itself. */
	then: (lines: string[]) => Iterable<FilePart>;
}

/**
 * An outline. Its largest headings are ideas, those below them features, and lines of a list are features with
 * what is indented below them. Where there are no headings, lists are ideas with features in them; where there
 * are no lists either, each line is an idea.
 */
export async function* readMarkdown(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<FilePart> {
	const outline = new Outline();
	let number = 0;
	for await (const line of linesOf(bytes)) yield* outline.take(line, (number += 1));
	yield* outline.end();
}

class Outline {
	#idea?: Draft;
	#feature?: Draft;
	#ideaIndex = -1;
	#featureIndex = -1;
	/** Of the headings that are ideas and features; a feature of a list has none. */
	#levels = { idea: 0, feature: 0 };
	#isOfLists = false;
	/** The indents of the lines of lists that are open. */
	#indents: number[] = [];
	/** A list is over: what comes belongs to the idea again. */
	#isAside = false;
	#isAfterBlank = true;
	/** A text that the next line may make a heading, and a line across the page that may be the end of something. */
	#first?: { text: string; number: number };
	#break: string[] = [];
	#preamble: { text: string; number: number }[] = [];
	#preambleChars = 0;
	#held?: Held;
	#openFences = 0;
	#saidArchived = false;
	#number = 0;

	*take(line: string, number: number): Generator<FilePart> {
		if (this.#held) return yield* this.#hold(this.#held, line, number);
		this.#number = number;
		if (this.#first) {
			const { text, number: above } = this.#first;
			this.#first = undefined;
			const level = underlineOf(line);
			if (level) return yield* this.#heading({ level, title: text.trim() }, above);
			this.#text(text, above);
		}
		if (number === 1 && line.trim() === '---') return this.#begin(line, frontMatter(number));
		const fence = this.#openFences < MAX_OPEN_FENCES ? fenceOf(line) : undefined;
		if (fence) return this.#begin(line, this.#fenced(fence));
		if (line.trim() === '') return this.#blank();
		const heading = headingOf(line, this.#indents.length > 0);
		if (heading) return yield* this.#heading(heading, number);
		if (isBreak(line)) {
			this.#break.push(line);
			this.#isAfterBlank = true;
			return;
		}
		const item = listLineOf(line);
		if (item) return yield* this.#item(item, line);
		if (this.#isAfterBlank && !/^\s/.test(line)) this.#first = { text: line, number };
		else this.#text(line, number);
	}

	*end(): Generator<FilePart> {
		while (this.#held) yield* this.#giveUp(this.#held);
		if (this.#first) this.#text(this.#first.text, this.#first.number);
		if (!this.#idea && this.#preamble.length > 0) yield* this.#plainLines();
		yield* this.#closeIdea();
	}

	*#heading({ level, title }: { level: number; title: string }, line: number): Generator<FilePart> {
		yield* this.#openPreamble();
		this.#indents = [];
		this.#clear(true);
		const { idea, feature } = this.#levels;
		if (!this.#idea || this.#isOfLists || !idea || level <= idea) {
			yield* this.#openIdea(draftOf(title, { line, content: 0 }));
			this.#isOfLists = false;
			this.#levels = { idea: level, feature: 0 };
		} else if (!this.#feature || !feature || level <= feature) {
			yield* this.#openFeature(draftOf(title, { line, content: 0 }));
			this.#levels.feature = level;
		} else if (level === feature + 1) {
			this.#feature.sections.push({ label: title, content: 0, body: [] });
		} else {
			this.#text(`${'#'.repeat(level)} ${title}`, line);
		}
	}

	*#item(item: ListLine, line: string): Generator<FilePart> {
		if (this.#feature && this.#levels.feature) return this.#text(line, this.#number);
		while (this.#indents.length > 0 && item.indent < (this.#indents.at(-1) ?? 0) + 2) {
			this.#indents.pop();
		}
		if (this.#indents.length === 0) yield* this.#openPreamble();
		if (!this.#idea) this.#isOfLists = true;
		if (item.text === '') return;
		const depth = this.#indents.length + (this.#isOfLists ? 0 : 1);
		this.#indents.push(item.indent);
		const draft = draftOf(item.text, { ...item, line: this.#number });
		if (depth === 0) {
			if (item.isDone) yield* this.#sayArchived();
			this.#clear(false);
			yield* this.#openIdea(draft);
		} else if (depth === 1) {
			this.#clear(false);
			yield* this.#openFeature(draft);
			this.#levels.feature = 0;
		} else if (depth > 2 || !this.#feature || !addSection(this.#feature, item)) {
			this.#text(line, this.#number);
		}
	}

	/** A text that makes nothing of its own: it belongs to what was last. */
	#text(line: string, number: number) {
		const isListOver = this.#indents.length > 0 && this.#isAfterBlank && !/^\s/.test(line);
		if (isListOver) {
			this.#indents = [];
			this.#isAside = true;
			if (this.#idea && this.#idea.notes.at(-1) !== '') this.#add('', number);
		}
		for (const one of [...this.#break, line]) this.#add(one, number);
		this.#clear(false, this.#isAside);
	}

	#add(line: string, number: number) {
		const owner = this.#isAside ? undefined : this.#feature;
		const section = owner?.sections.at(-1);
		this.#count(owner ?? this.#idea, line.length + 1);
		if (section) section.body.push(unescaped(outdented(line, section.content)));
		else if (owner) owner.notes.push(unescaped(outdented(line, owner.content)));
		else if (this.#idea) addToIdea(this.#idea, outdented(line, this.#idea.content));
		else this.#keep(line, number);
	}

	/** What is longer than all texts of one can be is not gathered to the end. */
	#count(draft: Draft | undefined, chars: number) {
		if (!draft) return;
		draft.chars += chars;
		if (draft.chars > MAX_DRAFT_CHARS)
			unreadable(`line ${draft.line}`, 'There is too much text here.');
	}

	#keep(text: string, number: number) {
		this.#preamble.push({ text, number });
		this.#preambleChars += text.length + 1;
		if (this.#preambleChars > MAX_PREAMBLE_CHARS) {
			unreadable(`line ${number}`, 'There is no heading and no list up to here.');
		}
	}

	#blank() {
		this.#isAfterBlank = true;
		if (this.#break.length > 0) this.#break.push('');
		else if (this.#idea || this.#preamble.length > 0) this.#add('', this.#number);
	}

	#clear(isAfterBlank: boolean, isAside = false) {
		this.#break = [];
		this.#isAside = isAside;
		this.#isAfterBlank = isAfterBlank;
	}

	*#openIdea(draft: Draft): Generator<FilePart> {
		yield* this.#closeIdea();
		this.#ideaIndex += 1;
		this.#featureIndex = -1;
		this.#idea = draft;
	}

	*#openFeature(draft: Draft): Generator<FilePart> {
		yield* this.#closeFeature();
		this.#featureIndex += 1;
		this.#feature = draft;
	}

	*#closeFeature(): Generator<FilePart> {
		if (this.#feature) yield featurePart(this.#feature, [this.#ideaIndex, this.#featureIndex]);
		this.#feature = undefined;
		this.#isAside = false;
	}

	/** What stands above the first list or heading is an idea: its first line, and the rest of it as notes. */
	*#openPreamble(): Generator<FilePart> {
		const [first, ...rest] = this.#preamble.splice(0);
		if (!first || this.#idea) return;
		const title = unescaped(first.text.trim()).replace(/:$/, '');
		yield* this.#openIdea(draftOf(title, { line: first.number, content: 0 }));
		if (this.#idea) for (const { text } of rest) addToIdea(this.#idea, text);
	}

	*#closeIdea(): Generator<FilePart> {
		yield* this.#closeFeature();
		// What stands below its features belongs to it, too; so it comes last.
		if (this.#idea) yield ideaPart(this.#idea, this.#ideaIndex);
		this.#idea = undefined;
	}

	/** No headings and no lists: each line is an idea, and what is indented a feature of it. */
	*#plainLines(): Generator<FilePart> {
		const lines = this.#preamble.splice(0).filter(({ text }) => text !== '');
		const message = 'There is no heading and no list in this file: each line is an idea.';
		yield { kind: 'remark', message, line: lines[0]?.number };
		let firstIndent = 0;
		for (const { text, number } of lines) {
			const indent = indentOf(text);
			const plain = boxed(unescaped(text.trim().replace(/^[•◦▪‣·–—]\s+/, '')));
			const draft = draftOf(plain.text, { line: number, content: 0, isDone: plain.isDone });
			if (indent === 0 || !this.#idea) {
				if (plain.isDone) yield* this.#sayArchived();
				yield* this.#openIdea(draft);
				firstIndent = 0;
			} else if (!this.#feature || indent <= firstIndent) {
				yield* this.#openFeature(draft);
				firstIndent = indent;
			} else this.#feature.notes.push(outdented(text, firstIndent));
		}
	}

	*#sayArchived(): Generator<FilePart> {
		if (this.#saidArchived) return;
		this.#saidArchived = true;
		const message = 'Only features can be done. Ideas that are ticked come into the archive.';
		yield { kind: 'remark', message, line: this.#number };
	}

	#begin(line: string, held: Omit<Held, 'lines' | 'chars'>) {
		this.#held = { ...held, lines: [{ text: line, number: this.#number }], chars: 0 };
	}

	#fenced(fence: string): Omit<Held, 'lines' | 'chars'> {
		const number = this.#number;
		return {
			until: (line) => closes(line, fence),
			then: ([first = '', ...rest]) => {
				this.#text(first, number);
				for (const line of rest) this.#add(line, number);
				return [];
			}
		};
	}

	*#hold(held: Held, line: string, number: number): Generator<FilePart> {
		held.lines.push({ text: line, number });
		held.chars += line.length;
		if (held.until(line)) {
			this.#held = undefined;
			yield* held.then(held.lines.map(({ text }) => text));
		} else if (held.chars > MAX_FENCED_CHARS) yield* this.#giveUp(held);
	}

	/** What was to end them has not come: the first is a text, and each of the others what it is. */
	*#giveUp({ lines }: Held): Generator<FilePart> {
		this.#held = undefined;
		this.#openFences += 1;
		const [first, ...rest] = lines;
		if (first && !isBreak(first.text)) this.#text(first.text, first.number);
		for (const { text, number } of rest) yield* this.take(text, number);
	}
}

/** What some programs put above a text about it. */
const frontMatter = (line: number): Omit<Held, 'lines' | 'chars'> => ({
	until: (one) => /^(?:---|\.\.\.)\s*$/.test(one),
	then: (lines) => {
		const message = `The ${lines.length} lines of properties at the top are left out.`;
		return [{ kind: 'remark', message, line }];
	}
});
