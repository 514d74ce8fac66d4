import type { StarFeature, StarFeatures } from '$lib/schemas/features';
import { db } from '../db';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { featureStarsWithinLimit, featureStarWithinLimit } from './feature-star-limit';
import { changeStates, oneOf, type ChangedFeature, type ChangedFeatures } from './feature-states';
import { holdFeature, holdFeatures } from './held-features';

/**
 * Sets how much a feature stands out in its idea. When every super-star of the idea is given, the cycle skips
 * super: a starred feature becomes unstarred, and the answer says why.
 *
 * @throws NOT_FOUND, FORBIDDEN for a member who may only read, CONFLICT for a feature that is done
 */
export async function starFeature(
	actor: PersonalActor,
	{ id, star }: StarFeature
): Promise<ChangedFeature> {
	return db.$transaction(async (tx) => {
		const feature = await holdFeature(tx, actor, id);
		const { ideaId } = feature;
		if (feature.completedAt && star !== 'none') throw refusal('CONFLICT', 'feature.done');
		const given = feature.star === star ? star : await featureStarWithinLimit(tx, ideaId, star);
		const isShort = given !== star;
		const next = isShort && feature.star === 'star' ? 'none' : given;
		const changed = await changeStates(tx, actor, {
			kind: 'feature.star',
			ideaId,
			held: [feature],
			nextOf: (state) => ({ ...state, star: next })
		});
		const notice = next === 'none' ? 'feature.superFull' : 'feature.superFullStar';
		return { ...oneOf(changed), ...(isShort && { notice }) };
	});
}

/**
 * Sets how much several features of an idea stand out. Where they are more than there are super-stars left, the
 * first ones get those and the others a star. Features that are done stay as they are.
 *
 * @throws NOT_FOUND, FORBIDDEN for a member who may only read
 */
export async function starFeatures(
	actor: PersonalActor,
	{ star, ...selection }: StarFeatures
): Promise<ChangedFeatures> {
	return db.$transaction(async (tx) => {
		const held = await holdFeatures(tx, actor, selection);
		const asking = held.filter((one) => one.star !== star && !one.completedAt);
		const wanted = asking.map(() => star);
		const given = await featureStarsWithinLimit(tx, selection.ideaId, wanted);
		const starOf = new Map(asking.map(({ id }, place) => [id, given[place]]));
		const changed = await changeStates(tx, actor, {
			kind: 'feature.star',
			ideaId: selection.ideaId,
			held,
			nextOf: (feature) => ({ ...feature, star: starOf.get(feature.id) ?? feature.star })
		});
		const isShort = given.some((one) => one !== star);
		return { ...changed, ...(isShort && { notice: 'feature.superFullMany' as const }) };
	});
}
