import {
	CreateIdea,
	IdeaId,
	IdeaIds,
	ListIdeas,
	PurgeIdea,
	StarIdea,
	StarIdeas,
	UpdateIdea
} from '$lib/schemas/ideas';
import { Move, MoveMany } from '$lib/schemas/moves';
import { ExportIdeas } from '$lib/schemas/transfer';
import { SetTags, TagIdeas } from '$lib/schemas/tags';
import { archiveIdeas, unarchiveIdeas } from '$lib/server/services/archive';
import { listIdeas } from '$lib/server/services/board';
import { exportIdeas } from '$lib/server/services/idea-export';
import { moveIdea, moveIdeas } from '$lib/server/services/idea-moves';
import { copyIdea } from '$lib/server/services/idea-copies';
import { createIdea, getIdea, updateIdea } from '$lib/server/services/ideas';
import { deleteIdeas, starIdeas } from '$lib/server/services/selections';
import { starIdea } from '$lib/server/services/stars';
import { deleteIdea, purgeIdea, restoreIdea } from '$lib/server/services/trash';
import { notOverHttp, router, userProcedure } from '../init';
import { setTags, tagIdeas } from '$lib/server/services/tags';

export const ideas = router({
	/** One page of the caller's board. `cursor` is the last page's `nextCursor`. */
	list: userProcedure.input(ListIdeas).query(({ ctx, input }) => listIdeas(ctx.actor, input)),

	/** NOT_FOUND also when the idea is someone else's: a stranger learns nothing. */
	get: userProcedure.input(IdeaId).query(({ ctx, input }) => getIdea(ctx.actor, input)),

	/** The idea with its features, as one text in Markdown. */
	copy: userProcedure.input(IdeaId).query(({ ctx, input }) => copyIdea(ctx.actor, input)),

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

	/** Gives several ideas a star; those for which there is no super-star left get a star. */
	starMany: userProcedure
		.input(StarIdeas)
		.mutation(({ ctx, input }) => starIdeas(ctx.actor, input)),

	/** To another place in the caller's own order. CONFLICT when the neighbour is not there. */
	move: userProcedure.input(Move).mutation(({ ctx, input }) => moveIdea(ctx.actor, input)),

	/** Several to one place, in the order that they have. */
	moveMany: userProcedure.input(MoveMany).mutation(({ ctx, input }) => moveIdeas(ctx.actor, input)),

	/** All of them to the Trash, or none. */
	deleteMany: userProcedure
		.input(IdeaIds)
		.mutation(({ ctx, input }) => deleteIdeas(ctx.actor, input)),
	/** The caller's own tags of an idea, all of them. */
	setTags: userProcedure.input(SetTags).mutation(({ ctx, input }) => setTags(ctx.actor, input)),

	tagMany: userProcedure.input(TagIdeas).mutation(({ ctx, input }) => tagIdeas(ctx.actor, input)),

	/** Off the caller's own board, until it is taken back. */
	archive: userProcedure
		.input(IdeaId)
		.mutation(({ ctx, input }) => archiveIdeas(ctx.actor, { ids: [input.id] })),

	archiveMany: userProcedure
		.input(IdeaIds)
		.mutation(({ ctx, input }) => archiveIdeas(ctx.actor, input)),

	/** `notice` says why a star is not the one that it was. */
	unarchive: userProcedure
		.input(IdeaId)
		.mutation(({ ctx, input }) => unarchiveIdeas(ctx.actor, { ids: [input.id] })),

	unarchiveMany: userProcedure
		.input(IdeaIds)
		.mutation(({ ctx, input }) => unarchiveIdeas(ctx.actor, input)),

	/** To the Trash; the answer's token brings it back. */
	delete: userProcedure.input(IdeaId).mutation(({ ctx, input }) => deleteIdea(ctx.actor, input)),

	/** As a file in pieces. For this server's own callers: it has no form over HTTP. */
	export: userProcedure
		.use(notOverHttp)
		.input(ExportIdeas)
		.mutation(({ ctx, input }) => exportIdeas(ctx.actor, input)),

	restore: userProcedure.input(IdeaId).mutation(({ ctx, input }) => restoreIdea(ctx.actor, input)),

	/** For good; `title` is typed by the person. */
	purge: userProcedure.input(PurgeIdea).mutation(({ ctx, input }) => purgeIdea(ctx.actor, input))
});
