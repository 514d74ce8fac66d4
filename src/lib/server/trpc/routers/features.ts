import {
	CreateFeature,
	FeatureId,
	FeatureSelection,
	ListFeatures,
	PurgeFeature,
	StarFeature,
	StarFeatures,
	UpdateFeature
} from '$lib/schemas/features';
import { Move } from '$lib/schemas/moves';
import {
	completeFeature,
	completeFeatures,
	reopenFeature
} from '$lib/server/services/feature-completion';
import { moveFeature } from '$lib/server/services/feature-moves';
import { starFeature, starFeatures } from '$lib/server/services/feature-stars';
import {
	deleteFeature,
	deleteFeatures,
	purgeFeature,
	restoreFeature
} from '$lib/server/services/feature-trash';
import {
	createFeature,
	getFeature,
	listFeatures,
	updateFeature
} from '$lib/server/services/features';
import { router, userProcedure } from '../init';

export const features = router({
	/** Every live feature of an idea, without its texts. */
	list: userProcedure.input(ListFeatures).query(({ ctx, input }) => listFeatures(ctx.actor, input)),

	get: userProcedure.input(FeatureId).query(({ ctx, input }) => getFeature(ctx.actor, input)),

	/** Idempotent by `clientKey`. */
	create: userProcedure
		.input(CreateFeature)
		.mutation(({ ctx, input }) => createFeature(ctx.actor, input)),

	/** CONFLICT when `version` is not the present one. */
	update: userProcedure
		.input(UpdateFeature)
		.mutation(({ ctx, input }) => updateFeature(ctx.actor, input)),

	/** Sets the feature's star; `notice` says why it is not the one asked for. */
	star: userProcedure
		.input(StarFeature)
		.mutation(({ ctx, input }) => starFeature(ctx.actor, input)),

	starMany: userProcedure
		.input(StarFeatures)
		.mutation(({ ctx, input }) => starFeatures(ctx.actor, input)),

	complete: userProcedure
		.input(FeatureId)
		.mutation(({ ctx, input }) => completeFeature(ctx.actor, input)),

	completeMany: userProcedure
		.input(FeatureSelection)
		.mutation(({ ctx, input }) => completeFeatures(ctx.actor, input)),

	reopen: userProcedure
		.input(FeatureId)
		.mutation(({ ctx, input }) => reopenFeature(ctx.actor, input)),

	/** CONFLICT when the neighbour is not there any more. */
	move: userProcedure.input(Move).mutation(({ ctx, input }) => moveFeature(ctx.actor, input)),

	/** To the Trash; the answer's token brings it back. */
	delete: userProcedure
		.input(FeatureId)
		.mutation(({ ctx, input }) => deleteFeature(ctx.actor, input)),

	deleteMany: userProcedure
		.input(FeatureSelection)
		.mutation(({ ctx, input }) => deleteFeatures(ctx.actor, input)),

	restore: userProcedure
		.input(FeatureId)
		.mutation(({ ctx, input }) => restoreFeature(ctx.actor, input)),

	/** For good; `title` is typed by the person. */
	purge: userProcedure
		.input(PurgeFeature)
		.mutation(({ ctx, input }) => purgeFeature(ctx.actor, input))
});
