import { ListProblems, ReportProblem } from '$lib/schemas/problems';
import { networkOf } from '$lib/server/client-address';
import { enforceLimit } from '$lib/server/rate-limit';
import type { Actor } from '$lib/server/services/actor';
import { listProblems, reportProblem } from '$lib/server/services/problems';
import type { Context } from '../context';
import { adminProcedure, publicProcedure, router } from '../init';

export const problems = router({
	/** What does not work, from anyone, signed in or not. */
	report: publicProcedure.input(ReportProblem).mutation(async ({ ctx, input }) => {
		await enforceLimit('problem', ctx.session?.user.id ?? networkOf(ctx.address));
		return reportProblem(reporter(ctx), input);
	}),

	/** One page of the reports. `cursor` is the last page's `nextCursor`. */
	list: adminProcedure.input(ListProblems).query(({ ctx, input }) => listProblems(ctx.actor, input))
});

/** Whoever is not signed in is nobody in particular. */
const reporter = ({ session, requestId }: Context): Actor =>
	session
		? { kind: 'person', userId: session.user.id, requestId }
		: { kind: 'system', task: 'report', requestId };
