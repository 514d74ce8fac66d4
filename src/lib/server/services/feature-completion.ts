import type { FeatureId, FeatureSelection } from '$lib/schemas/features';
import { db, type Transaction } from '../db';
import type { PersonalActor } from './actor';
import { featureStarWithinLimit } from './feature-star-limit';
import { changeStates, oneOf, type ChangedFeature, type ChangedFeatures } from './feature-states';
import { holdFeature, holdFeatures, type HeldFeature } from './held-features';

/**
 * Says that a feature is done. Its star is put aside until it is reopened. One that is done stays as it is.
 *
 * @throws NOT_FOUND, FORBIDDEN for a member who may only read
 */
export async function completeFeature(
	actor: PersonalActor,
	{ id }: FeatureId
): Promise<ChangedFeature> {
	return db.$transaction(async (tx) => {
		const held = await holdFeature(tx, actor, id);
		return oneOf(await complete(tx, actor, [held]));
	});
}

/** Says that several features of an idea are done. @throws as `completeFeature` */
export async function completeFeatures(
	actor: PersonalActor,
	selection: FeatureSelection
): Promise<ChangedFeatures> {
	return db.$transaction(async (tx) =>
		complete(tx, actor, await holdFeatures(tx, actor, selection))
	);
}

async function complete(
	tx: Transaction,
	actor: PersonalActor,
	held: HeldFeature[]
): Promise<ChangedFeatures> {
	const completedAt = new Date();
	return changeStates(tx, actor, {
		kind: 'feature.complete',
		ideaId: held[0]?.ideaId ?? '',
		held,
		nextOf: (feature) =>
			feature.completedAt ? feature : { star: 'none', completedAt, starBeforeDone: feature.star }
	});
}

/**
 * Says that a feature is not done after all. The star that it had comes back, a super-star as a star where there
 * is no room for it. One that is open stays as it is.
 *
 * @throws NOT_FOUND, FORBIDDEN for a member who may only read
 */
export async function reopenFeature(
	actor: PersonalActor,
	{ id }: FeatureId
): Promise<ChangedFeature> {
	return db.$transaction(async (tx) => {
		const feature = await holdFeature(tx, actor, id);
		const { ideaId, completedAt } = feature;
		const had = completedAt ? (feature.starBeforeDone ?? 'none') : feature.star;
		const star = completedAt ? await featureStarWithinLimit(tx, ideaId, had) : had;
		const changed = await changeStates(tx, actor, {
			kind: 'feature.reopen',
			ideaId,
			held: [feature],
			nextOf: () => ({ star, completedAt: null, starBeforeDone: null })
		});
		return { ...oneOf(changed), ...(star !== had && { notice: 'feature.superFullStar' as const }) };
	});
}
