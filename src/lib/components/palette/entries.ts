import uFuzzy from '@leeoniya/ufuzzy';
import { SHORTCUTS, SHORTCUT_IDS, type ShortcutId } from '$lib/state/shortcut-table';
import type { Title } from './titles.svelte';

/** One line of the palette. */
export interface Entry {
	key: string;
	label: string;
	/** Smaller, beside it: the idea of a feature. */
	aside?: string;
	/** Opens an address, or does something. */
	href?: string;
	action?: ShortcutId;
}

/** As many lines as are drawn: more than anyone reads. */
const SHOWN = 30;
const fuzzy = new uFuzzy({ unicode: true, interSplit: '[^\\p{L}\\d]+', intraMode: 1 });

/** Finds titles and actions by what was typed, the best first. */
export class PaletteIndex {
	#titles: Title[];
	#haystack: string[];

	constructor(titles: Title[]) {
		this.#titles = titles;
		this.#haystack = uFuzzy.latinize(titles.map(({ title }) => title));
	}

	/**
	 * @param typed what stands in the field; with `>` at its beginning only actions are meant
	 * @param given `recent`: ids of what was opened last; `actions`: what can be done here
	 */
	find(typed: string, { recent, actions }: { recent: string[]; actions: ShortcutId[] }): Entry[] {
		const needle = typed.trim();
		if (needle.startsWith('>')) return actionsFor(needle.slice(1).trim(), actions);
		if (!needle) return [...this.#recent(recent), ...actionsFor('', actions)].slice(0, SHOWN);
		const titles = this.#matching(needle, recent);
		return [...titles, ...actionsFor(needle, actions), ...otherwise(needle)].slice(0, SHOWN + 2);
	}

	#recent(recent: string[]): Entry[] {
		const byId = new Map(this.#titles.map((title) => [title.id, title]));
		const known = recent.flatMap((id) => byId.get(id) ?? []);
		const rest = this.#titles.slice(0, 8).filter(({ id }) => !recent.includes(id));
		return [...known, ...rest].slice(0, 8).map(entryOf);
	}

	#matching(needle: string, recent: string[]): Entry[] {
		const [plain = needle] = uFuzzy.latinize([needle]);
		const [found, info, order] = fuzzy.search(this.#haystack, plain, 1, 1_000);
		const places = info && order ? order.map((at) => info.idx[at] ?? 0) : (found ?? []);
		const best = places.slice(0, SHOWN - 10).flatMap((place) => this.#titles[place] ?? []);
		const isRecent = ({ id }: Title) => recent.includes(id);
		return [...best.filter(isRecent), ...best.filter((one) => !isRecent(one))].map(entryOf);
	}
}

const entryOf = ({ id, title, of, href }: Title): Entry => ({
	key: id,
	label: title,
	aside: of,
	href
});

function actionsFor(needle: string, actions: ShortcutId[]): Entry[] {
	const entries = SHORTCUT_IDS.filter((id) => actions.includes(id)).map((id) => ({
		key: id,
		label: SHORTCUTS[id].label,
		action: id
	}));
	if (!needle) return entries;
	const found =
		fuzzy.filter(
			entries.map(({ label }) => label),
			needle
		) ?? [];
	return found.flatMap((at) => entries[at] ?? []);
}

const otherwise = (needle: string): Entry[] => [
	{
		key: '+search',
		label: `Search for “${needle}”`,
		href: `/search?q=${encodeURIComponent(needle)}`
	},
	{ key: '+new', label: `New idea: ${needle}`, href: `/ideas?new=${encodeURIComponent(needle)}` }
];
