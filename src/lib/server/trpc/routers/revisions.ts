import { ListRevisions, RestoreRevision, RevisionId } from '$lib/schemas/revisions';
import { getRevision, listRevisions, restoreRevision } from '$lib/server/services/revisions';
import { router, userProcedure } from '../init';

export const revisions = router({
	/** One page of the earlier texts of an idea or a feature, the latest first. */
	list: userProcedure
		.input(ListRevisions)
		.query(({ ctx, input }) => listRevisions(ctx.actor, input)),

	/** One of them beside the present text. */
	get: userProcedure.input(RevisionId).query(({ ctx, input }) => getRevision(ctx.actor, input)),

	/** CONFLICT when `version` is not the present one. */
	restore: userProcedure
		.input(RestoreRevision)
		.mutation(({ ctx, input }) => restoreRevision(ctx.actor, input))
});
