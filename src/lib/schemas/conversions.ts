import * as z from 'zod';
import { LIMITS } from '../limits';
import { line } from './text';

const ideaId = z.uuid({ error: 'That is not the id of an idea.' });
const featureId = z.uuid({ error: 'That is not the id of a feature.' });

/** What becomes what, and what its children become. */
export const Conversion = z.discriminatedUnion(
	'kind',
	[
		z
			.object({
				kind: z.literal('ideaToFeature'),
				id: ideaId,
				/** The idea whose feature it becomes. */
				targetId: ideaId,
				/** What its own features become: sections of the new feature, or features beside it. */
				children: z.enum(['sections', 'features'], { error: 'Choose sections or features.' })
			})
			.refine(({ id, targetId }) => id !== targetId, 'An idea cannot become a part of itself.'),
		z.object({
			kind: z.literal('featureToIdea'),
			id: featureId,
			/** What its sections become: features of the new idea, or a part of its notes. */
			children: z.enum(['features', 'notes'], { error: 'Choose features or notes.' })
		})
	],
	{ error: 'Say what becomes what.' }
);
export type Conversion = z.output<typeof Conversion>;
export type IdeaToFeature = Extract<Conversion, { kind: 'ideaToFeature' }>;
export type FeatureToIdea = Extract<Conversion, { kind: 'featureToIdea' }>;

/** A conversion as it was previewed; `seen` comes from there. */
export const RunConversion = z.object({
	conversion: Conversion,
	seen: z.string({ error: 'Look at what becomes what first.' }).max(100)
});
export type RunConversion = z.output<typeof RunConversion>;

/** Ideas that another one may become a part of. */
export const FindTargets = z.object({
	/** The idea that is to be converted. */
	id: ideaId,
	text: line({ label: 'Title', maxChars: LIMITS.ideaTitleChars }).default('')
});
export type FindTargets = z.output<typeof FindTargets>;
