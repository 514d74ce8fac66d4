import { LIMITS } from './limits';

/** What `is:` and the others can say; `tag:` takes any word. */
export const SEARCH_FILTERS = [
	'is:starred',
	'is:super',
	'is:done',
	'is:open',
	'is:archived',
	'in:trash',
	'has:link',
	'has:notes'
] as const;
export type SearchFilter = (typeof SEARCH_FILTERS)[number];

/** What a person asked, taken apart once. */
export interface SearchQuery {
	/** What must be there: words, and phrases as they stand. */
	phrases: string[];
	/** What must not be there. */
	without: string[];
	filters: SearchFilter[];
	tags: string[];
	/** The last word may be the beginning of one: it was still being typed. */
	lastBegins: boolean;
	/** What was understood differently than it may have been meant, in sentences. */
	notes: string[];
}

/** A minus, then a phrase in quotation marks or a word. */
const PART = /(-?)(?:["“”„]([^"“”„]*)(?:["“”„]|$)|(\S+))/gu;

/**
 * Takes apart what was typed into a search. Nothing is wrong: what is not part of the language is a word, and
 * what is too long is cut, and both are said in `notes`.
 */
export function parseSearch(typed: string): SearchQuery {
	const query: SearchQuery = {
		phrases: [],
		without: [],
		filters: [],
		tags: [],
		lastBegins: false,
		notes: []
	};
	const text = fit(typed, query.notes);
	for (const [part, minus, phrase, word = ''] of text.matchAll(PART)) {
		if (phrase !== undefined) {
			if (phrase.trim()) (minus ? query.without : query.phrases).push(phrase.trim());
			query.lastBegins = false;
		} else if (minus && word) {
			if (isFilter(word))
				query.notes.push(`Filters cannot be turned round: “${part}” leaves out the words.`);
			query.without.push(word);
			query.lastBegins = false;
		} else if (!takeFilter(word.toLowerCase(), query)) {
			if (/^(is|in|has|tag):/i.test(part)) {
				query.notes.push(`“${part}” is no filter, so it was searched for as words.`);
			}
			query.phrases.push(part);
			query.lastBegins = /[\p{L}\p{N}\p{M}]$/u.test(part) && !/\s$/.test(text);
		}
	}
	return query;
}

/** The same notes, and what a board cannot show: it has ideas, and those that are not in the Trash. */
export function boardNotes({ notes, filters }: SearchQuery): string[] {
	const elsewhere = filters.filter((filter) => NOT_ON_BOARDS.includes(filter));
	return [
		...notes,
		...elsewhere.map((filter) => `“${filter}” fits no idea on a board. Search everything for it.`)
	];
}

const NOT_ON_BOARDS: SearchFilter[] = ['is:done', 'is:open', 'in:trash'];

/** Whether there is anything to look for. */
export const isEmptySearch = ({ phrases, without, filters, tags }: SearchQuery): boolean =>
	phrases.length + without.length + filters.length + tags.length === 0;

/** What was typed with one filter more, or without it when it is there. */
export function toggleFilter(typed: string, filter: string): string {
	const words = typed.split(/\s+/).filter(Boolean);
	const kept = words.filter((word) => word.toLowerCase() !== filter);
	return (kept.length < words.length ? kept : [...words, filter]).join(' ');
}

const isFilter = (word: string): boolean => /^(is|in|has|tag):./i.test(word);

function takeFilter(word: string, query: SearchQuery): boolean {
	const filter = SEARCH_FILTERS.find((one) => one === word);
	if (filter) {
		if (!query.filters.includes(filter)) query.filters.push(filter);
	} else if (/^tag:./.test(word)) query.tags.push(word.slice('tag:'.length));
	else return false;
	query.lastBegins = false;
	return true;
}

function fit(typed: string, notes: string[]): string {
	// What cannot be stored is nowhere to be found.
	const text = typed
		.slice(0, LIMITS.searchChars * 4)
		.toWellFormed()
		.replaceAll('\u0000', ' ')
		.normalize('NFC');
	const chars = [...text];
	if (chars.length <= LIMITS.searchChars && typed.length <= LIMITS.searchChars * 4) return text;
	notes.push(`Only the first ${LIMITS.searchChars} characters were searched for.`);
	return chars.slice(0, LIMITS.searchChars).join('');
}
