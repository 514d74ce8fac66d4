import * as z from 'zod';
import { UpdateFeature } from './features';

/** Earlier texts of an idea or of one feature, page by page. */
export const ListRevisions = z
	.object({
		ideaId: z.uuid({ error: 'That is not the id of an idea.' }).optional(),
		featureId: z.uuid({ error: 'That is not the id of a feature.' }).optional(),
		cursor: z.string().max(2_048).optional()
	})
	.refine(({ ideaId, featureId }) => (ideaId === undefined) !== (featureId === undefined), {
		error: 'Name an idea or a feature.'
	});
export type ListRevisions = z.output<typeof ListRevisions>;

const id = z.uuid({ error: 'That is not the id of an earlier text.' });

/** One earlier text by its id. */
export const RevisionId = z.object({ id });
export type RevisionId = z.output<typeof RevisionId>;

/** An earlier text to bring back; `version` is the present one that was read. */
export const RestoreRevision = z.object({ id, version: UpdateFeature.shape.version });
export type RestoreRevision = z.output<typeof RestoreRevision>;
