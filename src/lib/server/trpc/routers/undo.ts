import { UndoToken } from '$lib/schemas/undo';
import { undo as undoAction } from '$lib/server/services/undo';
import { router, userProcedure } from '../init';

export const undo = router({
	/** Takes back the action that the token came with. */
	redeem: userProcedure.input(UndoToken).mutation(({ ctx, input }) => undoAction(ctx.actor, input))
});
