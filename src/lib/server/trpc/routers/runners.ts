import { RenameRunner, RunnerId, SwitchRunner } from '$lib/schemas/runners';
import {
	listRunners,
	renameRunner,
	revokeRunner,
	switchRunner
} from '$lib/server/services/runners';
import { devModeOnly, router, userProcedure } from '../init';

const procedure = userProcedure.use(devModeOnly);

/** The caller's computers. NOT_FOUND also when one is someone else's. */
export const runners = router({
	list: procedure.query(({ ctx }) => listRunners(ctx.actor)),

	rename: procedure
		.input(RenameRunner)
		.mutation(({ ctx, input }) => renameRunner(ctx.actor, input)),

	/** Whether "any of mine" means it, too. */
	switch: procedure
		.input(SwitchRunner)
		.mutation(({ ctx, input }) => switchRunner(ctx.actor, input)),

	/** It has to be paired anew after that. */
	revoke: procedure.input(RunnerId).mutation(({ ctx, input }) => revokeRunner(ctx.actor, input))
});
