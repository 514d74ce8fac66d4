import * as z from 'zod';
import { LIMITS } from '../limits';
import { inTagOrder } from '../tags';
import { Tag } from './tags';
import { CreateFeature, FeatureSections } from './features';
import { CreateIdea } from './ideas';
import { line } from './text';

/*
 * The file that ideas leave and come back in. What is published as its JSON Schema, what an export writes and
 * what an import takes are all made of these shapes.
 */

/** The version of the file that this release writes, and the only one that it reads. */
export const SCHEMA_VERSION = 1;

/** Years of four digits: what the database and every other program understand. */
const time = z.iso
	.datetime({ offset: true, error: 'This must be a time such as 2026-01-31T12:00:00.000Z.' })
	.refine((text) => {
		// What is in the year 1 or 9999 may be in another one where the clock is that of UTC.
		const year = new Date(text).getUTCFullYear();
		return year >= 1 && year <= 9999;
	}, 'The year must be one from 1 to 9999, in UTC.')
	.transform((text) => new Date(text).toISOString());

/** A file may know that something is done, or archived, and not since when. */
const doneAt = z.union([z.literal('done'), time], {
	error: ({ input }) => time.safeParse(input).error?.issues[0]?.message
});

const id = z.uuid({ error: 'This must be a UUID.' });
const star = z.enum(['none', 'star', 'super'], { error: 'This must be none, star or super.' });

const tags = z
	.array(Tag, { error: 'This must be a list of words.' })
	.max(LIMITS.tagsPerIdea, `At most ${LIMITS.tagsPerIdea} tags.`)
	.transform(inTagOrder);

const position = z
	.string({ error: 'This must be text.' })
	.max(255, 'At most 255 characters.')
	.refine((text) => text.isWellFormed() && !text.includes('\u0000'), {
		error: 'One of the characters cannot be stored.'
	});

const { title, notes, linkUrl, linkLabel } = CreateIdea.shape;
const feature = CreateFeature.shape;

const ideaFields = {
	id,
	title,
	notes: notes.unwrap(),
	linkUrl: linkUrl.unwrap(),
	linkLabel: linkLabel.unwrap(),
	visibility: z.enum(['private', 'public'], { error: 'This must be private or public.' }),
	star,
	tags,
	archivedAt: time.nullable(),
	/** Its place in the person's order: ideas sort by it, letter by letter. */
	position,
	version: z.number({ error: 'This must be a number.' }).int().min(1).max(2_147_483_647),
	createdAt: time,
	updatedAt: time
};

const featureFields = {
	id,
	title: feature.title,
	notes: feature.notes.unwrap(),
	sections: FeatureSections,
	visibility: z.enum(['inherit', 'private'], { error: 'This must be inherit or private.' }),
	star,
	completedAt: time.nullable(),
	/** The star that it had before it was done. */
	starBeforeDone: star.nullable(),
	position,
	version: ideaFields.version,
	createdAt: time,
	updatedAt: time
};

/** An idea as a file has it, with nothing left out. */
export const ExportedIdea = z.strictObject(ideaFields);
export type ExportedIdea = z.output<typeof ExportedIdea>;

/** A feature as a file has it, with nothing left out. */
export const ExportedFeature = z.strictObject(featureFields);
export type ExportedFeature = z.output<typeof ExportedFeature>;

/** A whole file. Ideas and features stand in their order. */
export const IdeaExport = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	exportedAt: time,
	ideas: z
		.array(
			z.strictObject({
				idea: ExportedIdea,
				features: z.array(ExportedFeature).max(LIMITS.featuresPerIdea)
			})
		)
		.max(LIMITS.ideasPerPerson),
	ideaCount: z.int().min(0).max(LIMITS.ideasPerPerson),
	featureCount: z.int().min(0)
});
export type IdeaExport = z.input<typeof IdeaExport>;

const optional = <T extends Record<string, z.ZodType>>(shape: T) =>
	z.object(shape).partial().shape as { [Key in keyof T]: z.ZodOptional<T[Key]> };

/** An idea as an import takes it: all but its title may be missing, and what it does not know it leaves out. */
export const ImportedIdea = z.object(
	{ ...optional(ideaFields), title, archivedAt: doneAt.nullable().optional() },
	{ error: 'This must be an idea.' }
);
export type ImportedIdea = z.output<typeof ImportedIdea>;

/** What an import takes of an idea and of a feature, by name. */
export const FILE_FIELDS = {
	idea: new Set(Object.keys(ideaFields)),
	feature: new Set(Object.keys(featureFields))
};

/** A feature as an import takes it. One that is done has no star; the one it had comes back with reopening. */
export const ImportedFeature = z
	.object(
		{
			...optional(featureFields),
			title: feature.title,
			completedAt: doneAt.nullable().optional()
		},
		{ error: 'This must be a feature.' }
	)
	.transform(({ star: given, starBeforeDone, ...rest }) => {
		if (!rest.completedAt) return given === undefined ? rest : { ...rest, star: given };
		const before = starBeforeDone ?? (given === 'none' ? undefined : given);
		return { ...rest, star: 'none' as const, ...(before && { starBeforeDone: before }) };
	});
export type ImportedFeature = z.output<typeof ImportedFeature>;

/** The forms in which ideas leave. */
export const FORMATS = ['json', 'csv', 'markdown'] as const;
export type TransferFormat = (typeof FORMATS)[number];

const format = z.enum(FORMATS, { error: `Choose ${FORMATS.join(', ')}.` });

/** What is to be exported: these ideas, or all. */
export const ExportIdeas = z.object({
	format,
	ids: z
		.array(z.uuid({ error: 'That is not the id of an idea.' }))
		.min(1, 'Select at least one idea.')
		.max(LIMITS.selected, `At most ${LIMITS.selected.toLocaleString('en')} ideas at once.`)
		.optional(),
	archived: z.boolean().default(true),
	/** Excel takes a CSV for UTF-8 only when it begins with this mark. */
	byteOrderMark: z.boolean().default(false)
});
export type ExportIdeas = z.output<typeof ExportIdeas>;

/** A file that is about to be sent. */
export const StartImport = z.object({
	name: line({ label: 'Name', maxChars: 255 }),
	format,
	bytes: z
		.int({ error: 'The size must be a number.' })
		.min(1, 'This file is empty.')
		.max(
			LIMITS.importBytes,
			`A file may have at most ${LIMITS.importBytes / 1_000_000} MB. Export fewer ideas at a time.`
		),
	fingerprint: z.string({ error: 'The file must be told from others.' }).min(1).max(255)
});
export type StartImport = z.output<typeof StartImport>;

/** A piece of the compressed file. */
export const ImportChunk = z.object({
	id,
	sequence: z.int({ error: 'The pieces are numbered.' }).min(0).max(9_999),
	body: z
		.instanceof(Uint8Array, { error: 'A piece is bytes.' })
		.refine(
			({ byteLength }) => byteLength > 0 && byteLength <= LIMITS.importChunkBytes,
			'This piece is empty or too large.'
		)
});
export type ImportChunk = z.output<typeof ImportChunk>;

/** One import of the person. */
export const ImportId = z.object({ id });
export type ImportId = z.output<typeof ImportId>;

/** All pieces are there: how many there should be. */
export const ReadImport = z.object({ id, chunks: z.int({ error: 'Say how many pieces.' }).min(1) });
export type ReadImport = z.output<typeof ReadImport>;

/** One page of what an import would do. */
export const ListImport = z.object({
	id,
	verdict: z.enum(['new', 'changed', 'unchanged', 'conflict']),
	after: z.object({ ideaIndex: z.int(), featureIndex: z.int() }).optional()
});
export type ListImport = z.output<typeof ListImport>;

/** What is to become of one conflict, or of all. */
export const ChooseImport = z.object({
	id,
	choice: z.enum(['update', 'create', 'skip'], { error: 'Choose update, create or skip.' }),
	item: z.object({ ideaIndex: z.int(), featureIndex: z.int() }).optional()
});
export type ChooseImport = z.output<typeof ChooseImport>;
