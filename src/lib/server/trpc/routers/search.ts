import { FindInIdea, FindText, ListTitles } from '$lib/schemas/search';
import { findText } from '$lib/server/services/search';
import { findInIdea } from '$lib/server/services/search-in-idea';
import { listTitles } from '$lib/server/services/search-titles';
import { router, userProcedure } from '../init';

export const search = router({
	/** One page of what the caller may read and `q` asks for, best first. */
	find: userProcedure.input(FindText).query(({ ctx, input }) => findText(ctx.actor, input)),

	/** The features of one idea that `q` asks for. */
	inIdea: userProcedure.input(FindInIdea).query(({ ctx, input }) => findInIdea(ctx.actor, input)),

	/** Every title that the caller may read; without `items` when they are those of `version`. */
	titles: userProcedure.input(ListTitles).query(({ ctx, input }) => listTitles(ctx.actor, input))
});
