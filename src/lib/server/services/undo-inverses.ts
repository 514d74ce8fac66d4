import * as z from 'zod';
import { FeatureText, IdeaText } from './revision-texts';

const star = z.enum(['none', 'star', 'super']);

/** A time, as text in the database. */
const time = z.codec(z.iso.datetime(), z.date(), {
	decode: (text) => new Date(text),
	encode: (date) => date.toISOString()
});

/** Whether a feature is done and how it stands out, which goes together. */
const featureState = z.object({
	star,
	completedAt: time.nullable(),
	/** The star that completing took. */
	starBeforeDone: star.nullable()
});
export type FeatureState = z.infer<typeof featureState>;

/** A thing, and how an act left it. */
const marked = z.object({ id: z.uuid(), mark: z.string() });

/** A thing that came out of the Trash, and when it had gone there. */
const returnable = marked.extend({ deletedAt: time });

const changedFeature = z.object({ id: z.uuid(), expect: featureState, restore: featureState });
const changedStar = z.object({ id: z.uuid(), expect: star, restore: star });
const deletion = z.object({ id: z.uuid(), deletedAt: z.iso.datetime() });
const move = z.object({ id: z.uuid(), from: z.string(), to: z.string() });

const visibility = z.enum(['private', 'public']);
const featureVisibility = z.enum(['inherit', 'private']);

const tags = z.array(z.string());

/** Tags that were changed, by idea. */
const retagged = { ideas: z.array(z.object({ id: z.uuid(), expect: tags, restore: tags })) };

const place = z.object({ star, archivedAt: time.nullable() });

/** Ideas that came into the archive or out of it. */
const replaced = { ideas: z.array(z.object({ id: z.uuid(), expect: place, restore: place })) };

/** A feature as a conversion left it. */
const featureLeft = z.object({
	id: z.uuid(),
	version: z.int(),
	star,
	completedAt: time.nullable()
});
export type FeatureLeft = z.infer<typeof featureLeft>;

/** Where a feature stood that went to another idea. */
const featurePlace = z.object({
	star,
	position: z.string(),
	clientKey: z.uuid(),
	sourceId: z.uuid().nullable()
});

/**
 * The inverse of each kind of action: what must still be so, and what to put back. It is kept in the
 * database, so that it works from any instance and after a restart. How it is applied stands in `undo.ts`.
 */
export const Inverse = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('idea.delete'), deletedAt: z.iso.datetime() }),
	z.object({ kind: z.literal('idea.star'), expect: star, restore: star }),
	z.object({ kind: z.literal('idea.visibility'), expect: visibility, restore: visibility }),
	z.object({ kind: z.literal('idea.import'), importId: z.uuid() }),
	z.object({ kind: z.literal('idea.tag'), ...retagged }),
	z.object({ kind: z.literal('tag.rename'), ...retagged }),
	z.object({ kind: z.literal('tag.delete'), ...retagged }),
	z.object({ kind: z.literal('idea.archive'), ...replaced }),
	z.object({ kind: z.literal('idea.unarchive'), ...replaced }),
	z.object({ kind: z.literal('idea.restoreText'), expect: z.int(), restore: IdeaText }),
	z.object({
		kind: z.literal('feature.restoreText'),
		id: z.uuid(),
		expect: z.int(),
		restore: FeatureText
	}),
	z.object({
		kind: z.literal('convert.ideaToFeature'),
		targetId: z.uuid(),
		deletedAt: time,
		made: featureLeft,
		moved: z.array(z.object({ left: featureLeft, restore: featurePlace }))
	}),
	z.object({
		kind: z.literal('convert.featureToIdea'),
		featureId: z.uuid(),
		deletedAt: time,
		made: z.object({ id: z.uuid(), version: z.int(), star }),
		features: z.array(featureLeft)
	}),
	z.object({
		kind: z.literal('feature.visibility'),
		id: z.uuid(),
		expect: featureVisibility,
		restore: featureVisibility
	}),
	z.object({ kind: z.literal('feature.star'), features: z.array(changedFeature) }),
	z.object({ kind: z.literal('feature.complete'), features: z.array(changedFeature) }),
	z.object({ kind: z.literal('feature.reopen'), features: z.array(changedFeature) }),
	z.object({
		kind: z.literal('feature.delete'),
		features: z.array(z.object({ id: z.uuid(), deletedAt: time }))
	}),
	z.object({
		kind: z.literal('feature.move'),
		moves: z.array(z.object({ id: z.uuid(), from: z.string(), to: z.string() }))
	}),
	z.object({ kind: z.literal('idea.starMany'), stars: z.array(changedStar) }),
	z.object({ kind: z.literal('idea.deleteMany'), ideas: z.array(deletion) }),
	z.object({ kind: z.literal('idea.move'), moves: z.array(move) }),
	z.object({ kind: z.literal('idea.moveMany'), moves: z.array(move) }),
	z.object({ kind: z.literal('guide.start'), ideas: z.array(marked) }),
	z.object({
		kind: z.literal('trash.restore'),
		ideas: z.array(returnable),
		features: z.array(returnable)
	})
]);
export type Inverse = z.infer<typeof Inverse>;

/** The inverse of one kind of action. */
export type InverseOf<Kind extends Inverse['kind']> = Extract<Inverse, { kind: Kind }>;
