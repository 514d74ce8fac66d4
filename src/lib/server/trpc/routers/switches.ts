import { ClearSwitch, SetSwitch } from '$lib/schemas/switches';
import { clearSwitch, listSwitches, setSwitch } from '$lib/server/services/switches';
import { adminProcedure, router } from '../init';

export const switches = router({
	/** How each switch stands, since when, and by whom. */
	list: adminProcedure.query(({ ctx }) => listSwitches(ctx.actor)),

	/** For everyone, within five seconds; it may end by itself. */
	set: adminProcedure.input(SetSwitch).mutation(({ ctx, input }) => setSwitch(ctx.actor, input)),

	/** Back to the default. */
	clear: adminProcedure
		.input(ClearSwitch)
		.mutation(({ ctx, input }) => clearSwitch(ctx.actor, input))
});
