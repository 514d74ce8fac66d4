import { TrafficOf } from '$lib/schemas/traffic';
import { getGlance } from '$lib/server/services/glance';
import { getOverview } from '$lib/server/services/overview';
import { getTraffic } from '$lib/server/services/traffic';
import { adminProcedure, router } from '../init';

/** What an operator sees first. */
export const overview = router({
	get: adminProcedure.query(({ ctx }) => getOverview(ctx.actor)),

	/** How Coda is at this moment; a page may ask every few seconds. */
	glance: adminProcedure.query(({ ctx }) => getGlance(ctx.actor)),

	/** Charts and lists of what was asked for, in the last hour, day or week. */
	traffic: adminProcedure.input(TrafficOf).query(({ ctx, input }) => getTraffic(ctx.actor, input))
});
