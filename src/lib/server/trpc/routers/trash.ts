import { ListTrash, PurgeSelection, TrashSelection } from '$lib/schemas/trash';
import { listTrash } from '$lib/server/services/trash-list';
import { purgeSelection, restoreSelection } from '$lib/server/services/trash-selection';
import { router, userProcedure } from '../init';

export const trash = router({
	/** One page of the ideas and features that the caller can restore. `cursor` is the last page's `nextCursor`. */
	list: userProcedure.input(ListTrash).query(({ ctx, input }) => listTrash(ctx.actor, input)),

	/** All of them or none; NOT_FOUND when one is not in the caller's Trash. */
	restoreMany: userProcedure
		.input(TrashSelection)
		.mutation(({ ctx, input }) => restoreSelection(ctx.actor, input)),

	/** For good; `count` is typed by the person. */
	purgeMany: userProcedure
		.input(PurgeSelection)
		.mutation(({ ctx, input }) => purgeSelection(ctx.actor, input))
});
