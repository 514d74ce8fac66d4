import * as z from 'zod';
import { LIMITS } from '../limits';
import { Selected } from './moves';
import { FindText } from './search';
import { Tag } from './tags';
import { line, text } from './text';

const title = line({ label: 'Title', maxChars: LIMITS.ideaTitleChars }).refine(
	(value) => value !== '',
	'Give the idea a title.'
);

const notes = text({ label: 'Notes', maxChars: LIMITS.ideaNotesChars }).transform((value) =>
	value.replace(/\r\n?/g, '\n')
);

const isWebAddress = (value: string) =>
	/^https?:\/\//i.test(value) && URL.canParse(value) && new URL(value).hostname !== '';

/** An http or https address; an empty one means that there is none. */
const linkUrl = line({ label: 'Link', maxChars: LIMITS.linkUrlChars })
	.refine(
		(value) => value === '' || isWebAddress(value),
		'Link must begin with http:// or https://.'
	)
	.transform((value) => value || null)
	.nullable();

const linkLabel = line({ label: 'Link label', maxChars: LIMITS.linkLabelChars })
	.transform((value) => value || null)
	.nullable();

const visibility = z.enum(['private', 'public'], { error: 'Choose private or public.' });
const star = z.enum(['none', 'star', 'super'], { error: 'Choose none, star or super.' });
const id = z.uuid({ error: 'That is not the id of an idea.' });
const version = z.coerce
	.number({ error: 'Version must be a number.' })
	.int({ error: 'Version must be a whole number.' })
	.min(1, { error: 'Version starts at 1.' })
	.max(2_147_483_647, { error: 'Version is too large.' });

/** A new idea. `clientKey` is chosen by the client, so that sending it twice makes one idea. */
export const CreateIdea = z.object({
	clientKey: z.uuid({ error: 'The key of the new idea is not valid. Reload the page.' }),
	title,
	notes: notes.default(''),
	linkUrl: linkUrl.default(null),
	linkLabel: linkLabel.default(null),
	visibility: visibility.default('private'),
	star: star.default('none')
});
export type CreateIdea = z.output<typeof CreateIdea>;

/** Changed content. Fields that are left out stay; `version` is the one that was read. */
export const UpdateIdea = z
	.object({
		id,
		version,
		title: title.optional(),
		notes: notes.optional(),
		linkUrl: linkUrl.optional(),
		linkLabel: linkLabel.optional(),
		visibility: visibility.optional()
	})
	.refine(({ id: _id, version: _version, ...fields }) => Object.keys(fields).length > 0, {
		error: 'Nothing to change.'
	});
export type UpdateIdea = z.output<typeof UpdateIdea>;

/** One idea by its id. */
export const IdeaId = z.object({ id });
export type IdeaId = z.output<typeof IdeaId>;

/** How much an idea shall stand out on the person's own board. */
export const StarIdea = z.object({ id, star });
export type StarIdea = z.output<typeof StarIdea>;

/** How much several ideas shall stand out. */
export const StarIdeas = z.object({ ids: Selected, star });
export type StarIdeas = z.output<typeof StarIdeas>;

/** Several ideas by their ids. */
export const IdeaIds = z.object({ ids: Selected });
export type IdeaIds = z.output<typeof IdeaIds>;

/** Deleting for good: the title is typed, so that it does not happen by accident. */
export const PurgeIdea = z.object({ id, title: z.string({ error: 'Type the title.' }).max(1_024) });
export type PurgeIdea = z.output<typeof PurgeIdea>;

/** The orders of the board. */
export const SORTS = ['manual', 'newest', 'changed', 'title'] as const;
export type Sort = (typeof SORTS)[number];

/** The filters of the board. */
export const FILTERS = [
	'all',
	'starred',
	'unstarred',
	'mine',
	'shared',
	'public',
	'private',
	'archived'
] as const;
export type Filter = (typeof FILTERS)[number];

/** One page of the board. `cursor` is the last page's `nextCursor`. */
export const ListIdeas = z.object({
	sort: z.enum(SORTS, { error: `Sort by ${SORTS.join(', ')}.` }).default('manual'),
	filter: z.enum(FILTERS, { error: `Filter by ${FILTERS.join(', ')}.` }).default('all'),
	/** Only ideas with this tag. */
	tag: Tag.optional(),
	/** Only ideas that this search fits, in the language of every search. */
	q: FindText.shape.q.optional(),
	cursor: z.string().max(2_048).optional()
});
export type ListIdeas = z.output<typeof ListIdeas>;
