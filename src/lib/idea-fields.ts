import type { Idea } from './ideas';
import type { Texts } from './texts';

/** What a person edits of an idea, as the fields of the form hold it. */
export interface IdeaFields {
	title: string;
	notes: string;
	linkUrl: string;
	linkLabel: string;
	visibility: Idea['visibility'];
}

/** How messages name the fields. */
export const IDEA_FIELD_NAMES: Record<keyof IdeaFields, string> = {
	title: 'Title',
	notes: 'Notes',
	linkUrl: 'Link',
	linkLabel: 'Link label',
	visibility: 'Who sees it'
};

/** An idea's content as the form holds it. */
export function fieldsOfIdea({ title, notes, linkUrl, linkLabel, visibility }: Idea): IdeaFields {
	return { title, notes, linkUrl: linkUrl ?? '', linkLabel: linkLabel ?? '', visibility };
}

/** The fields from their texts. */
export function ideaFieldsFrom(texts: Texts): IdeaFields {
	const { title = '', notes = '', linkUrl = '', linkLabel = '', visibility } = texts;
	return {
		title,
		notes,
		linkUrl,
		linkLabel,
		visibility: visibility === 'public' ? 'public' : 'private'
	};
}
