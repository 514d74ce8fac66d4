import { measureUsage } from '$lib/server/services/usage';
import { adminProcedure, router } from '../init';

export const costs = router({
	/** What this installation used in the last month. */
	usage: adminProcedure.query(({ ctx }) => measureUsage(ctx.actor))
});
