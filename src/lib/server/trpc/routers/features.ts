import { CreateFeature, FeatureId, ListFeatures, UpdateFeature } from '$lib/schemas/features';
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
		.mutation(({ ctx, input }) => updateFeature(ctx.actor, input))
});
