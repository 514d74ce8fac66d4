import { ExportAudit, ListAudit, ListTrail } from '$lib/schemas/audit';
import {
	chainState,
	exportAuditPage,
	listAudit,
	startAuditExport
} from '$lib/server/services/audit-log';
import { listOwnTrail } from '$lib/server/services/audit-trail';
import { adminProcedure, freshAdminProcedure, router, userProcedure } from '../init';

export const audit = router({
	/** One page of the caller's own trail, the latest first. */
	own: userProcedure.input(ListTrail).query(({ ctx, input }) => listOwnTrail(ctx.actor, input)),

	/** One page of everyone's, for admins. */
	list: adminProcedure.input(ListAudit).query(({ ctx, input }) => listAudit(ctx.actor, input)),

	/** How far the audit is sealed. */
	chain: adminProcedure.query(({ ctx }) => chainState(ctx.actor)),

	/** Comes before the first page of an export, which is an act that stands in the audit itself. */
	startExport: freshAdminProcedure
		.input(ExportAudit)
		.mutation(({ ctx, input }) => startAuditExport(ctx.actor, input)),

	/** One large page, for the export that was begun. */
	exportPage: adminProcedure
		.input(ListAudit)
		.query(({ ctx, input }) => exportAuditPage(ctx.actor, input))
});
