import type { Idea } from './ideas';

/** What a person edits of an idea, as the fields of the form hold it. */
export interface IdeaFields {
	title: string;
	notes: string;
	linkUrl: string;
	linkLabel: string;
	visibility: Idea['visibility'];
}

/** The fields, in their order. */
export const IDEA_FIELDS = ['title', 'notes', 'linkUrl', 'linkLabel', 'visibility'] as const;

/** How messages name the fields. */
export const FIELD_NAMES: Record<keyof IdeaFields, string> = {
	title: 'Title',
	notes: 'Notes',
	linkUrl: 'Link',
	linkLabel: 'Link label',
	visibility: 'Who sees it'
};

/** An idea's content as the form holds it. */
export function fieldsOf({ title, notes, linkUrl, linkLabel, visibility }: Idea): IdeaFields {
	return { title, notes, linkUrl: linkUrl ?? '', linkLabel: linkLabel ?? '', visibility };
}

/** The fields in which two texts differ once both are stored. */
export function differing(a: IdeaFields, b: IdeaFields): (keyof IdeaFields)[] {
	return IDEA_FIELDS.filter((name) => stored(name, a) !== stored(name, b));
}

/** Where two edits of one text collide: both changed the field, and not to the same. */
export function colliding(
	base: IdeaFields,
	mine: IdeaFields,
	theirs: IdeaFields
): (keyof IdeaFields)[] {
	const changedByThem = differing(base, theirs);
	const changedByMe = differing(base, mine);
	return differing(mine, theirs).filter(
		(name) => changedByMe.includes(name) && changedByThem.includes(name)
	);
}

/** Their text with my changes laid over it. */
export function merged(base: IdeaFields, mine: IdeaFields, theirs: IdeaFields): IdeaFields {
	return { ...theirs, ...picked(mine, differing(base, mine)) };
}

/** Some of the fields. */
export function picked(fields: IdeaFields, names: (keyof IdeaFields)[]): Partial<IdeaFields> {
	return Object.fromEntries(names.map((name) => [name, fields[name]]));
}

/** A field as the server will store it. */
function stored(name: keyof IdeaFields, fields: IdeaFields): string {
	const text = fields[name].normalize('NFC').replace(/\r\n?/g, '\n');
	return name === 'notes' ? text : text.replace(/\s*\n\s*/g, ' ').trim();
}
