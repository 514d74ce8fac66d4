import { TryProbes } from '$lib/schemas/probes';
import { listProbes, tryProbes } from '$lib/server/services/probes';
import { adminProcedure, router } from '../init';

export const probes = router({
	/** How each probe went last, hour by hour and day by day, and what failed. */
	list: adminProcedure.query(({ ctx }) => listProbes(ctx.actor)),

	/** Tries one or all now, and waits for it. CONFLICT in maintenance, and while another run is trying. */
	run: adminProcedure.input(TryProbes).mutation(({ ctx, input }) => tryProbes(ctx.actor, input))
});
