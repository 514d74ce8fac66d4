import {
	featureFieldsFrom,
	fieldsOfFeature,
	nameOfFeatureText,
	textsOfFeature,
	type FeatureFields
} from '$lib/feature-fields';
import type { Feature } from '$lib/features';
import { fieldsOfIdea, IDEA_FIELD_NAMES, ideaFieldsFrom, type IdeaFields } from '$lib/idea-fields';
import type { Idea } from '$lib/ideas';
import { isRecord } from '$lib/storage';
import type { Texts } from '$lib/texts';
import { trpc } from '$lib/trpc';

/** What the server gives of everything that one can write on. */
export interface Versioned {
	id: string;
	title: string;
	version: number;
	updatedAt: Date;
}

/** A thing as a save left it. The token takes back who sees it, where that changed. */
export type Saved<Thing> = Thing & { undoToken?: string };

/** What an editor has to know of a kind of thing: how its fields become texts and back, and where they go. */
export interface Editable<Thing extends Versioned, Fields> {
	/** How messages name it: `idea`. */
	noun: 'idea' | 'feature';
	/** The page that shows it. */
	hrefOf: (thing: Thing) => string;
	fieldsOf: (thing: Thing) => Fields;
	textsOf: (fields: Fields) => Texts;
	fieldsFrom: (texts: Texts) => Fields;
	areFields: (value: unknown) => value is Fields;
	/** The field that a text belongs to. */
	fieldOf: (name: string) => keyof Fields;
	/** How messages name one of the texts. */
	nameOf: (name: string, texts: Texts) => string;
	get: (id: string) => Promise<Thing>;
	/** Saves what has changed: the only place where an edit leaves the page. */
	send: (
		thing: Pick<Versioned, 'id' | 'version'>,
		changes: Partial<Fields>
	) => Promise<Saved<Thing>>;
}

const areTexts = (value: unknown, names: string[]): boolean =>
	isRecord(value) && names.every((name) => typeof value[name] === 'string');

/** An idea. */
export const IDEA: Editable<Idea, IdeaFields> = {
	noun: 'idea',
	hrefOf: ({ id }) => `/ideas/${id}`,
	fieldsOf: fieldsOfIdea,
	textsOf: (fields) => ({ ...fields }),
	fieldsFrom: ideaFieldsFrom,
	areFields: (value): value is IdeaFields => areTexts(value, Object.keys(IDEA_FIELD_NAMES)),
	fieldOf: (name) => name as keyof IdeaFields,
	nameOf: (name) => IDEA_FIELD_NAMES[name as keyof IdeaFields],
	get: (id) => trpc.ideas.get.query({ id }),
	send: ({ id, version }, changes) => trpc.ideas.update.mutate({ id, version, ...changes })
};

/** A feature of an idea. */
export const FEATURE: Editable<Feature, FeatureFields> = {
	noun: 'feature',
	hrefOf: ({ id, ideaId }) => `/ideas/${ideaId}?feature=${id}`,
	fieldsOf: fieldsOfFeature,
	textsOf: textsOfFeature,
	fieldsFrom: featureFieldsFrom,
	areFields: (value): value is FeatureFields =>
		isRecord(value) &&
		areTexts(value, ['title', 'notes', 'visibility']) &&
		Array.isArray(value.sections) &&
		value.sections.every((section) => areTexts(section, ['id', 'label', 'body'])),
	fieldOf: (name) =>
		name === 'title' || name === 'notes' || name === 'visibility' ? name : 'sections',
	nameOf: nameOfFeatureText,
	get: (id) => trpc.features.get.query({ id }),
	send: ({ id, version }, changes) => trpc.features.update.mutate({ id, version, ...changes })
};
