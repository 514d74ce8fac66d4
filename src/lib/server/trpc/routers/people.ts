import { DeletePerson, EndSessions, ListPeople, PersonId, SetRole } from '$lib/schemas/people';
import { getPerson, listPeople } from '$lib/server/services/people';
import {
	deletePerson,
	disablePerson,
	enablePerson,
	endSessions,
	exportPerson,
	setRole
} from '$lib/server/services/people-acts';
import { adminProcedure, freshAdminProcedure, notOverHttp, router } from '../init';

/** What an admin sees of and does to other people's accounts. */
export const people = router({
	/** One page, the newest account first. */
	list: adminProcedure.input(ListPeople).query(({ ctx, input }) => listPeople(ctx.actor, input)),

	get: adminProcedure.input(PersonId).query(({ ctx, input }) => getPerson(ctx.actor, input)),

	endSessions: adminProcedure
		.input(EndSessions)
		.mutation(({ ctx, input }) => endSessions(ctx.actor, input)),

	disable: freshAdminProcedure
		.input(PersonId)
		.mutation(({ ctx, input }) => disablePerson(ctx.actor, input)),

	enable: freshAdminProcedure
		.input(PersonId)
		.mutation(({ ctx, input }) => enablePerson(ctx.actor, input)),

	setRole: freshAdminProcedure
		.input(SetRole)
		.mutation(({ ctx, input }) => setRole(ctx.actor, input)),

	/** Everything about the person as JSON, in pieces, for this server's own callers. */
	export: freshAdminProcedure
		.use(notOverHttp)
		.input(PersonId)
		.mutation(({ ctx, input }) => exportPerson(ctx.actor, input)),

	/** Begins the grace, as the person could themselves; `email` is typed. */
	delete: freshAdminProcedure
		.input(DeletePerson)
		.mutation(({ ctx, input }) => deletePerson(ctx.actor, { ...input, origin: ctx.origin }))
});
