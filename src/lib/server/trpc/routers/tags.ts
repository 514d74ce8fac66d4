import { RenameTag, TagName } from '$lib/schemas/tags';
import { deleteTag, listTags, renameTag } from '$lib/server/services/tags';
import { router, userProcedure } from '../init';

export const tags = router({
	/** The caller's tags with the number of ideas on the board, those in use most first. */
	list: userProcedure.query(({ ctx }) => listTags(ctx.actor)),

	/** On every idea that has it; two tags of one name become one. */
	rename: userProcedure.input(RenameTag).mutation(({ ctx, input }) => renameTag(ctx.actor, input)),

	/** From every idea that has it; the ideas stay. */
	delete: userProcedure.input(TagName).mutation(({ ctx, input }) => deleteTag(ctx.actor, input))
});
