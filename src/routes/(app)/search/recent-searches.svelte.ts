import { keep, readKept } from '$lib/storage';

const KEPT = 8;

const isTexts = (value: unknown): value is string[] =>
	Array.isArray(value) && value.every((one) => typeof one === 'string');

/** What a person searched for lately, in this browser alone; signing out takes it away. */
export function recentSearches(who: string) {
	const place = { key: 'coda-searches', who } as const;
	let items = $state.raw<string[]>([]);

	function set(next: string[]) {
		items = next;
		keep(place, next.length > 0 ? next : undefined);
	}

	return {
		get items() {
			return items;
		},
		/** Takes up what was kept before. */
		open() {
			items = [...new Set([...items, ...(readKept(place, isTexts) ?? [])])].slice(0, KEPT);
		},
		note(q: string) {
			const known = readKept(place, isTexts) ?? items;
			set([q, ...known.filter((one) => one !== q)].slice(0, KEPT));
		},
		forget() {
			set([]);
		}
	};
}
