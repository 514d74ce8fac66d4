import { DecidePairing, FindPairing } from '$lib/schemas/pairings';
import {
	approvePairing,
	denyPairing,
	findPairing,
	listComing
} from '$lib/server/services/pairings';
import { devModeOnly, freshProcedure, router, userProcedure } from '../init';

/** Computers that ask to be paired, by the code that they show. */
export const pairings = router({
	/** Counts against the caller's tries, right or wrong, so it is no query. */
	find: userProcedure
		.use(devModeOnly)
		.input(FindPairing)
		.mutation(({ ctx, input }) => findPairing(ctx.actor, { ...input, address: ctx.address })),

	/** Let in, and not there yet. */
	coming: userProcedure.use(devModeOnly).query(({ ctx }) => listComing(ctx.actor)),

	/** Asks for a fresh sign-in. */
	approve: freshProcedure
		.use(devModeOnly)
		.input(DecidePairing)
		.mutation(({ ctx, input }) => approvePairing(ctx.actor, { ...input, origin: ctx.origin })),

	deny: userProcedure
		.use(devModeOnly)
		.input(DecidePairing)
		.mutation(({ ctx, input }) => denyPairing(ctx.actor, input))
});
