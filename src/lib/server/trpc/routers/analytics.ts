import { GetAnalytics, VitalsFilter } from '$lib/schemas/analytics';
import { getAnalytics, getLive } from '$lib/server/services/analytics';
import { getVitals } from '$lib/server/services/vital-figures';
import { adminProcedure, router } from '../init';

/** Which pages are looked at, for admins. */
export const analytics = router({
	/** Some days: how often, by how many, from where, with what. */
	get: adminProcedure.input(GetAnalytics).query(({ ctx, input }) => getAnalytics(ctx.actor, input)),

	/** Who is here at the moment; a page that shows it asks every few seconds. */
	live: adminProcedure.query(({ ctx }) => getLive(ctx.actor)),

	/** How fast pages were on some days, as browsers and the laboratory measured it. */
	vitals: adminProcedure.input(VitalsFilter).query(({ ctx, input }) => getVitals(ctx.actor, input))
});
