import { ChangePassword, RemovePassword, SetPassword } from '$lib/schemas/account';
import { isFresh } from '$lib/server/auth/fresh';
import {
	changePassword,
	getPassword,
	removePassword,
	setPassword
} from '$lib/server/services/passwords';
import { freshProcedure, router, userProcedure } from '../init';

/** The caller's own password. All but reading it end the other sessions. */
export const passwords = router({
	/** Whether there is one, and since when it is this one. */
	get: userProcedure.query(({ ctx }) => getPassword(ctx.actor)),

	/** FORBIDDEN (`auth.fresh`) without the present password, unless the sign-in is fresh. */
	change: userProcedure.input(ChangePassword).mutation(({ ctx, input }) =>
		changePassword(ctx.actor, {
			...input,
			sessionId: ctx.session.sessionId,
			isFresh: isFresh(ctx.session)
		})
	),

	/** Takes the password away: links by mail remain. NOT_FOUND without one. */
	remove: freshProcedure
		.input(RemovePassword)
		.mutation(({ ctx }) => removePassword(ctx.actor, { sessionId: ctx.session.sessionId })),

	/** A first password. CONFLICT where there is one. */
	set: freshProcedure
		.input(SetPassword)
		.mutation(({ ctx, input }) =>
			setPassword(ctx.actor, { ...input, sessionId: ctx.session.sessionId })
		)
});
