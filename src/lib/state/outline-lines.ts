import { excerptOf } from '$lib/excerpt';
import type { Feature, OutlineFeature } from '$lib/features';
import { count } from '$lib/time';

/** Changes some of the lines. */
export const changing =
	(rows: readonly { id: string }[], change: (feature: OutlineFeature) => Partial<OutlineFeature>) =>
	(features: OutlineFeature[]): OutlineFeature[] => {
		const ids = new Set(rows.map(({ id }) => id));
		return features.map((one) => (ids.has(one.id) ? { ...one, ...change(one) } : one));
	};

/** Gives lines the state back that they had. */
export const asTheyWere = (rows: readonly OutlineFeature[]) => {
	const states = new Map(rows.map(({ id, star, completedAt }) => [id, { star, completedAt }]));
	return changing(rows, ({ id }) => states.get(id) ?? {});
};

/** Puts lines back that are gone, each behind the one that it stood behind. */
export function putBack(
	features: OutlineFeature[],
	before: readonly OutlineFeature[],
	gone: ReadonlySet<string>
): OutlineFeature[] {
	const present = new Set(features.map(({ id }) => id));
	return before.reduce((list, feature, place) => {
		if (!gone.has(feature.id) || present.has(feature.id)) return list;
		const earlier = new Set(before.slice(0, place).map(({ id }) => id));
		const at = list.findLastIndex(({ id }) => earlier.has(id));
		return list.toSpliced(at + 1, 0, feature);
	}, features);
}

/** What a sentence calls them: `“Wheel”`, or `3 features`. */
export function named(rows: readonly { title: string }[]): string {
	const [only, ...others] = rows;
	return only && others.length === 0 ? `“${only.title}”` : count(rows.length, 'feature');
}

/** A feature as the outline shows it. */
export function lineOf({ notes, sections, ...feature }: Feature): OutlineFeature {
	return { ...feature, excerpt: excerptOf(notes), details: sections.length };
}
