import type { Captured } from './capture';
import type { Feature } from './features';
import type { FeatureSection } from './schemas/features';
import { ORDER, sectionName, type Texts } from './texts';

/** What a person edits of a feature, as the fields of the form hold it. */
export interface FeatureFields {
	title: string;
	notes: string;
	visibility: Feature['visibility'];
	sections: FeatureSection[];
}

const NAMES: Record<string, string> = {
	title: 'Title',
	notes: 'Notes',
	visibility: 'Who sees it',
	[ORDER]: 'Order of the sections'
};

/** A feature's content as the form holds it. */
export function fieldsOfFeature({ title, notes, visibility, sections }: Feature): FeatureFields {
	return { title, notes, visibility, sections: sections.map((section) => ({ ...section })) };
}

/** The texts of a feature: each section is one, so that two people can write in two of them. */
export function textsOfFeature({ title, notes, visibility, sections }: FeatureFields): Texts {
	const bodies = sections.map(({ id, label, body }) => [
		sectionName(id),
		`${label.replace(/\s*[\r\n]+\s*/g, ' ')}\n${body}`
	]);
	const order = sections.map(({ id }) => id).join(' ');
	return { title, notes, visibility, [ORDER]: order, ...Object.fromEntries(bodies) };
}

/** The fields from their texts. A section without a place comes last; a place without a section is none. */
export function featureFieldsFrom(texts: Texts): FeatureFields {
	const { title = '', notes = '', visibility, [ORDER]: order = '' } = texts;
	const prefix = sectionName('');
	const placed = order.split(' ').filter((id) => texts[sectionName(id)] !== undefined);
	const others = Object.keys(texts)
		.filter((name) => name.startsWith(prefix))
		.map((name) => name.slice(prefix.length))
		.filter((id) => !placed.includes(id));
	return {
		title,
		notes,
		visibility: visibility === 'private' ? 'private' : 'inherit',
		sections: [...placed, ...others].map((id) => sectionFrom(id, texts[sectionName(id)] ?? ''))
	};
}

/** How messages name a text of a feature: a section by its own name. */
export function nameOfFeatureText(name: string, texts: Texts): string {
	const own = (texts[name] ?? '').split('\n')[0]?.trim();
	return NAMES[name] ?? (own ? `Section “${own}”` : 'Section');
}

function sectionFrom(id: string, text: string): FeatureSection {
	const end = text.indexOf('\n');
	return { id, label: text.slice(0, end), body: text.slice(end + 1) };
}

/** The sections of a new feature: its link becomes one, because a feature has no link of its own. */
export function sectionsOf({ title, linkUrl }: Captured, id: string): FeatureSection[] {
	return linkUrl && linkUrl !== title ? [{ id, label: 'Link', body: linkUrl }] : [];
}
