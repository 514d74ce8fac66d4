import { UpdatePreferences } from '$lib/schemas/preferences';
import { getPreferences, updatePreferences } from '$lib/server/services/preferences';
import { router, userProcedure } from '../init';

/** What the caller prefers. */
export const preferences = router({
	get: userProcedure.query(({ ctx }) => getPreferences(ctx.actor)),

	/** Changes what is named, and leaves the rest. */
	update: userProcedure
		.input(UpdatePreferences)
		.mutation(({ ctx, input }) => updatePreferences(ctx.actor, input))
});
