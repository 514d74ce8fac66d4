import type { Segment } from '$lib/search';
import type { SearchQuery } from '$lib/search-query';

const EXCERPT_CHARS = 180;
const BEFORE_CHARS = 60;
/** Scripts that are written without spaces: there a hit may be inside of a word. */
const UNSPACED =
	/[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF]/u;
const LETTERS = 'ßss æae œoe øo đd łl ħh ıi þth';

/** Letters that Unicode does not take apart, as the database's dictionary does. */
const SPELLED = new Map(LETTERS.split(' ').map((pair) => [pair.charAt(0), pair.slice(1)]));

/** A text as it is compared, and for each of its units the place in the original. */
interface Folded {
	text: string;
	places: number[];
}

/** In lower case and without accents. */
function fold(original: string): Folded {
	const places: number[] = [];
	let text = '';
	let place = 0;
	for (const char of original) {
		const lower = char.toLowerCase();
		const plain = SPELLED.get(lower) ?? lower.normalize('NFD').replace(/\p{M}/gu, '');
		text += plain;
		for (let i = 0; i < plain.length; i += 1) places.push(place);
		place += char.length;
	}
	places.push(original.length);
	return { text, places };
}

/** Finds what a query asked for in texts, as pieces that are marked or not. */
export class Highlighter {
	#pattern: RegExp | undefined;

	constructor({ phrases, lastBegins }: Pick<SearchQuery, 'phrases' | 'lastBegins'>) {
		const parts = phrases.flatMap((phrase, at) => {
			const words = fold(phrase).text.match(/[\p{L}\p{N}\p{M}]+/gu);
			if (!words) return phrase ? [escape(phrase)] : [];
			const begins = lastBegins && at === phrases.length - 1;
			const inner = words.map(escape).join('[^\\p{L}\\p{N}\\p{M}]+');
			const isUnspaced = UNSPACED.test(inner);
			const start = isUnspaced ? '' : '(?<![\\p{L}\\p{N}])';
			return [`${start}${inner}${begins || isUnspaced ? '' : '(?![\\p{L}\\p{N}])'}`];
		});
		if (parts.length > 0) this.#pattern = new RegExp(parts.join('|'), 'gu');
	}

	/** The whole text in pieces. */
	mark(text: string): Segment[] {
		const segments: Segment[] = [];
		let end = 0;
		for (const [from, to] of this.#ranges(text)) {
			if (from > end) segments.push({ text: text.slice(end, from), hit: false });
			segments.push({ text: text.slice(from, to), hit: true });
			end = to;
		}
		if (end < text.length) segments.push({ text: text.slice(end), hit: false });
		return segments;
	}

	/** Some of the text around its first hit; nothing when there is none. */
	excerpt(text: string): Segment[] {
		const [first] = this.#ranges(text);
		if (!first) return [];
		const from = wordStart(text, Math.max(0, first[0] - BEFORE_CHARS));
		const to = Math.min(text.length, from + EXCERPT_CHARS);
		const cut = text.slice(from, to).toWellFormed().replace(/\s+/g, ' ').trim();
		return this.mark(`${from > 0 ? '… ' : ''}${cut}${to < text.length ? ' …' : ''}`);
	}

	#ranges(text: string): [number, number][] {
		if (!this.#pattern) return [];
		const folded = fold(text);
		return [...folded.text.matchAll(this.#pattern)].flatMap(({ index, 0: found }) => {
			const from = folded.places[index] ?? 0;
			const to = folded.places[index + found.length] ?? text.length;
			return to > from ? [[from, to] as [number, number]] : [];
		});
	}
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function wordStart(text: string, place: number): number {
	if (place === 0) return 0;
	const space = text.indexOf(' ', place);
	return space === -1 || space > place + 20 ? place : space + 1;
}
