import { StartGuide } from '$lib/schemas/guide';
import { startGuide } from '$lib/server/services/guide';
import { router, userProcedure } from '../init';

export const guide = router({
	/** Puts the ideas of the guide on the caller's board. Idempotent by `clientKey`. */
	start: userProcedure.input(StartGuide).mutation(({ ctx, input }) => startGuide(ctx.actor, input))
});
