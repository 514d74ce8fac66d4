import { Confirmed } from '$lib/schemas/account';
import { SessionId } from '$lib/schemas/sessions';
import { endOtherSessions, endSession, listSessions } from '$lib/server/services/sessions';
import { router, userProcedure } from '../init';

/** The browsers in which the caller is signed in. */
export const sessions = router({
	list: userProcedure.query(({ ctx }) => listSessions(ctx.actor, ctx.session)),

	/** NOT_FOUND also when the session is someone else's. */
	end: userProcedure.input(SessionId).mutation(({ ctx, input }) => endSession(ctx.actor, input)),

	/** All but the one that asks. */
	endOthers: userProcedure
		.input(Confirmed)
		.mutation(({ ctx }) => endOtherSessions(ctx.actor, ctx.session))
});
