import { CancelStatement, EndConnection, StatementTimes } from '$lib/schemas/database';
import { cancelStatement, endConnection } from '$lib/server/services/database-activity';
import { getActivity, getStatements, getStorage } from '$lib/server/services/database-report';
import { adminProcedure, router } from '../init';

/** What an operator sees of the database. Three questions, so that one that fails takes no other along. */
export const database = router({
	/** Who is connected, what runs for long, and who waits for whom. */
	activity: adminProcedure.query(({ ctx }) => getActivity(ctx.actor)),

	/** How large everything is, how it has grown, and which indexes are worth what they take. */
	storage: adminProcedure.query(({ ctx }) => getStorage(ctx.actor)),

	/** How long the program's own statements take. */
	statements: adminProcedure
		.input(StatementTimes)
		.query(({ ctx, input }) => getStatements(ctx.actor, input)),

	/** Cancels the statement that was seen, and no later one. */
	cancel: adminProcedure
		.input(CancelStatement)
		.mutation(({ ctx, input }) => cancelStatement(ctx.actor, input)),

	/** Ends a connection; what it has not committed is rolled back. */
	end: adminProcedure
		.input(EndConnection)
		.mutation(({ ctx, input }) => endConnection(ctx.actor, input))
});
