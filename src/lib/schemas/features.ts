import * as z from 'zod';
import { LIMITS } from '../limits';
import { Selected } from './moves';
import { line, text } from './text';

const title = line({ label: 'Title', maxChars: LIMITS.featureTitleChars }).refine(
	(value) => value !== '',
	'Give the feature a title.'
);

const block = (label: string, maxChars: number) =>
	text({ label, maxChars }).transform((value) => value.replace(/\r\n?/g, '\n'));

/** One detail of a feature. Its id is made by the client and stays with it when it moves. */
export const FeatureSection = z.strictObject({
	id: z.uuid({ error: 'That is not the id of a section.' }),
	label: line({ label: 'Section name', maxChars: LIMITS.sectionLabelChars }),
	body: block('Section', LIMITS.sectionBodyChars)
});
export type FeatureSection = z.output<typeof FeatureSection>;

/** All details of a feature, in their order. */
export const FeatureSections = z
	.array(FeatureSection)
	.max(LIMITS.sectionsPerFeature, `At most ${LIMITS.sectionsPerFeature} sections.`)
	.refine((sections) => new Set(sections.map(({ id }) => id)).size === sections.length, {
		error: 'Two sections have the same id.'
	});

const notes = block('Notes', LIMITS.featureNotesChars);
const visibility = z.enum(['inherit', 'private'], { error: 'Choose inherit or private.' });
const star = z.enum(['none', 'star', 'super'], { error: 'Choose none, star or super.' });
const id = z.uuid({ error: 'That is not the id of a feature.' });
const ideaId = z.uuid({ error: 'That is not the id of an idea.' });
const version = z.coerce
	.number({ error: 'Version must be a number.' })
	.int({ error: 'Version must be a whole number.' })
	.min(1, { error: 'Version starts at 1.' })
	.max(2_147_483_647, { error: 'Version is too large.' });

/** A new feature, at the end of its idea's plan. `clientKey` makes sending it twice make one. */
export const CreateFeature = z.object({
	ideaId,
	clientKey: z.uuid({ error: 'The key of the new feature is not valid. Reload the page.' }),
	title,
	notes: notes.default(''),
	sections: FeatureSections.default([]),
	visibility: visibility.default('inherit'),
	star: star.default('none')
});
export type CreateFeature = z.output<typeof CreateFeature>;

/** Changed content. Fields that are left out stay; `version` is the one that was read. */
export const UpdateFeature = z
	.object({
		id,
		version,
		title: title.optional(),
		notes: notes.optional(),
		sections: FeatureSections.optional(),
		visibility: visibility.optional()
	})
	.refine(({ id: _id, version: _version, ...fields }) => Object.keys(fields).length > 0, {
		error: 'Nothing to change.'
	});
export type UpdateFeature = z.output<typeof UpdateFeature>;

/** One feature by its id. */
export const FeatureId = z.object({ id });
export type FeatureId = z.output<typeof FeatureId>;

/** The features of one idea. */
export const ListFeatures = z.object({ ideaId });
export type ListFeatures = z.output<typeof ListFeatures>;

/** How much a feature shall stand out in its idea. */
export const StarFeature = z.object({ id, star });
export type StarFeature = z.output<typeof StarFeature>;

/** Deleting for good: the title is typed, so that it does not happen by accident. */
export const PurgeFeature = z.object({
	id,
	title: z.string({ error: 'Type the title.' }).max(1_024)
});
export type PurgeFeature = z.output<typeof PurgeFeature>;

/** Several features of one idea: what was selected in its plan. */
export const FeatureSelection = z.object({ ideaId, ids: Selected });
export type FeatureSelection = z.output<typeof FeatureSelection>;

/** How much several features shall stand out. */
export const StarFeatures = FeatureSelection.extend({ star });
export type StarFeatures = z.output<typeof StarFeatures>;
