import { GetAnalytics } from '$lib/schemas/analytics';
import { getAnalytics, getLive } from '$lib/server/services/analytics';
import { adminProcedure, router } from '../init';

/** Which pages are looked at, for admins. */
export const analytics = router({
	/** Some days: how often, by how many, from where, with what. */
	get: adminProcedure.input(GetAnalytics).query(({ ctx, input }) => getAnalytics(ctx.actor, input)),

	/** Who is here at the moment; a page that shows it asks every few seconds. */
	live: adminProcedure.query(({ ctx }) => getLive(ctx.actor))
});
