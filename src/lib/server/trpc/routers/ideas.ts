import { CreateIdea, IdeaId, ListIdeas, PurgeIdea, StarIdea, UpdateIdea } from '$lib/schemas/ideas';
import { listIdeas } from '$lib/server/services/board';
import { createIdea, getIdea, updateIdea } from '$lib/server/services/ideas';
import { starIdea } from '$lib/server/services/stars';
import { deleteIdea, purgeIdea, restoreIdea } from '$lib/server/services/trash';
import { router, userProcedure } from '../init';

export const ideas = router({
	/** One page of the caller's board. `cursor` is the last page's `nextCursor`. */
	list: userProcedure.input(ListIdeas).query(({ ctx, input }) => listIdeas(ctx.actor, input)),

	/** NOT_FOUND also when the idea is someone else's: a stranger learns nothing. */
	get: userProcedure.input(IdeaId).query(({ ctx, input }) => getIdea(ctx.actor, input)),

	/** Idempotent by `clientKey`. */
	create: userProcedure
		.input(CreateIdea)
		.mutation(({ ctx, input }) => createIdea(ctx.actor, input)),

	/** CONFLICT when `version` is not the present one. */
	update: userProcedure
		.input(UpdateIdea)
		.mutation(({ ctx, input }) => updateIdea(ctx.actor, input)),

	/** Sets the caller's own star; `notice` says why it is not the one asked for. */
	star: userProcedure.input(StarIdea).mutation(({ ctx, input }) => starIdea(ctx.actor, input)),

	/** To the Trash; the answer's token brings it back. */
	delete: userProcedure.input(IdeaId).mutation(({ ctx, input }) => deleteIdea(ctx.actor, input)),

	restore: userProcedure.input(IdeaId).mutation(({ ctx, input }) => restoreIdea(ctx.actor, input)),

	/** For good; `title` is typed by the person. */
	purge: userProcedure.input(PurgeIdea).mutation(({ ctx, input }) => purgeIdea(ctx.actor, input))
});
