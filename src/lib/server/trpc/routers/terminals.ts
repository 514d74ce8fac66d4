import * as z from 'zod';
import { OpenTerminal } from '$lib/schemas/terminals';
import { eventsTicket, openTerminal } from '$lib/server/services/terminals';
import { devModeOnly, router, userProcedure } from '../init';

/** What browsers need for their sockets at the relay. */
export const terminals = router({
	/** NOT_FOUND also when the computer is someone else's. */
	open: userProcedure
		.use(devModeOnly)
		.input(OpenTerminal)
		.mutation(({ ctx, input }) => openTerminal(ctx.actor, input, ctx.session)),

	/** For the socket that tells what has changed; there without DevMode, too. */
	listen: userProcedure
		.input(z.strictObject({}))
		.mutation(({ ctx }) => eventsTicket(ctx.actor, ctx.session))
});
