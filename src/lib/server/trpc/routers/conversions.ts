import { Conversion, FindTargets, RunConversion } from '$lib/schemas/conversions';
import { findTargets, previewConversion, runConversion } from '$lib/server/services/conversions';
import { router, userProcedure } from '../init';

export const conversions = router({
	/** Ideas that another may become a part of, by words of their title. */
	targets: userProcedure
		.input(FindTargets)
		.query(({ ctx, input }) => findTargets(ctx.actor, input)),

	/** What would become what; `seen` goes with `run`. */
	preview: userProcedure
		.input(Conversion)
		.query(({ ctx, input }) => previewConversion(ctx.actor, input)),

	/** CONFLICT when it would not be as previewed, BAD_REQUEST when something would not fit. */
	run: userProcedure
		.input(RunConversion)
		.mutation(({ ctx, input }) => runConversion(ctx.actor, input))
});
