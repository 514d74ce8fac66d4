import * as z from 'zod';
import { FeatureSections } from '$lib/schemas/features';

/** What an idea says. */
export const IdeaText = z.object({
	title: z.string(),
	notes: z.string(),
	linkUrl: z.string().nullable(),
	linkLabel: z.string().nullable()
});
export type IdeaText = z.infer<typeof IdeaText>;

/** What a feature says. */
export const FeatureText = z.object({
	title: z.string(),
	notes: z.string(),
	sections: FeatureSections
});
export type FeatureText = z.infer<typeof FeatureText>;

/** One of the texts of a thing, under its name. */
export interface NamedText {
	/** Tells texts of the same name apart, and stays with a section when it moves. */
	key: string;
	name: string;
	text: string;
}

/** The texts of an idea or a feature, one after the other, as a person reads them. */
export function namedTexts(content: IdeaText | FeatureText): NamedText[] {
	const { title, notes } = content;
	const main = [
		{ key: 'title', name: 'Title', text: title },
		{ key: 'notes', name: 'Notes', text: notes }
	];
	if ('sections' in content) {
		const sections = content.sections.map(({ id, label, body }) => ({
			key: id,
			name: label || 'Section without a name',
			text: body
		}));
		return [...main, ...sections];
	}
	const link = [content.linkLabel, content.linkUrl].filter(Boolean).join('\n');
	return [...main, { key: 'link', name: 'Link', text: link }];
}

/** Changes of more characters than this are kept apart from what was typed around them. */
const MUCH_CHARS = 200;

/** Whether so much text goes or comes that one may want to go back to right before it. */
export function isMuchChanged(before: NamedText[], after: NamedText[]): boolean {
	const now = new Map(after.map(({ key, text }) => [key, text]));
	const then = new Set(before.map(({ key }) => key));
	const changed = [
		...before.map(({ key, text }) => changedChars(text, now.get(key) ?? '')),
		...after.filter(({ key }) => !then.has(key)).map(({ text }) => text.length)
	];
	return changed.reduce((sum, chars) => sum + chars, 0) > MUCH_CHARS;
}

/** Without what both begin with and both end with: what was replaced, or put in its place. */
function changedChars(before: string, after: string): number {
	const shorter = Math.min(before.length, after.length);
	let start = 0;
	while (start < shorter && before[start] === after[start]) start += 1;
	let end = 0;
	while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
	return Math.max(before.length, after.length) - start - end;
}
