import { getOverview } from '$lib/server/services/overview';
import { adminProcedure, router } from '../init';

/** What an operator sees first. */
export const overview = router({
	get: adminProcedure.query(({ ctx }) => getOverview(ctx.actor))
});
