import { ErrorGroupId, GetErrorGroup, ListErrors } from '$lib/schemas/errors';
import { reopenErrors, resolveErrors } from '$lib/server/services/error-groups';
import { getErrorGroup, listErrors } from '$lib/server/services/error-listing';
import { adminProcedure, router } from '../init';

export const errors = router({
	/** One page of the groups, those met last first. `cursor` is the last page's `nextCursor`. */
	list: adminProcedure.input(ListErrors).query(({ ctx, input }) => listErrors(ctx.actor, input)),

	/** One group with its latest events, and one of these whole. */
	get: adminProcedure
		.input(GetErrorGroup)
		.query(({ ctx, input }) => getErrorGroup(ctx.actor, input)),

	/** Dealt with, until one comes again. */
	resolve: adminProcedure
		.input(ErrorGroupId)
		.mutation(({ ctx, input }) => resolveErrors(ctx.actor, input)),

	/** Not dealt with after all. */
	reopen: adminProcedure
		.input(ErrorGroupId)
		.mutation(({ ctx, input }) => reopenErrors(ctx.actor, input))
});
