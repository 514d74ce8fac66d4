import { GiveConsent } from '$lib/schemas/consents';
import { giveConsent, listPendingConsents } from '$lib/server/services/consents';
import { router, userProcedure } from '../init';

/** What the caller agreed to. */
export const consents = router({
	/** Documents whose present version they have not agreed to. */
	listPending: userProcedure.query(({ ctx }) => listPendingConsents(ctx.actor)),

	/** CONFLICT when the versions that they saw are not the present ones. */
	give: userProcedure.input(GiveConsent).mutation(({ ctx, input }) => giveConsent(ctx.actor, input))
});
