import { ListLogs, RequestNumber, TailLogs } from '$lib/schemas/logs';
import { aroundRequest, failingRoutes, listLogs, tailLogs } from '$lib/server/services/log-lines';
import { adminProcedure, router } from '../init';

export const logs = router({
	/** One page of the log, the latest first. `cursor` is the last page's `nextCursor`. */
	list: adminProcedure.input(ListLogs).query(({ ctx, input }) => listLogs(ctx.actor, input)),

	/** What has been written since a moment. */
	tail: adminProcedure.input(TailLogs).query(({ ctx, input }) => tailLogs(ctx.actor, input)),

	/** The routes that failed most within the last quarter of an hour. */
	failing: adminProcedure.query(({ ctx }) => failingRoutes(ctx.actor)),

	/** Entries of the audit and reported problems that carry the number of a request. */
	around: adminProcedure
		.input(RequestNumber)
		.query(({ ctx, input }) => aroundRequest(ctx.actor, input))
});
