import type { PageReason } from '$lib/page-messages';
import type { Transaction } from '../db';
import type { Star } from '../prisma/client';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { featureStarsWithinLimit } from './feature-star-limit';
import { holdIfAll, type HeldFeature } from './held-features';
import { recordUndo } from './undo-actions';
import type { FeatureState, InverseOf } from './undo-inverses';

/** What changes the state of features. */
export type StateKind = 'feature.star' | 'feature.complete' | 'feature.reopen';

/** Several features as they are now; those that were so already are among them. */
export interface ChangedFeatures {
	ideaId: string;
	features: { id: string; star: Star; completedAt: Date | null }[];
	/** Takes back the whole act. Absent when nothing changed. */
	undoToken?: string;
	/** Why the stars are not those that were asked for. */
	notice?: PageReason;
}

/** The same of one feature. */
export interface ChangedFeature extends Omit<ChangedFeatures, 'features'> {
	id: string;
	star: Star;
	completedAt: Date | null;
}

/** An act on features that are held. */
interface StateChange {
	kind: StateKind;
	ideaId: string;
	held: HeldFeature[];
	/** What a feature becomes. */
	nextOf: (feature: HeldFeature) => FeatureState;
}

/** Changes the state of features in one statement and keeps the way back. Those that do not change are left alone. */
export async function changeStates(
	tx: Transaction,
	actor: PersonalActor,
	{ kind, ideaId, held, nextOf }: StateChange
): Promise<ChangedFeatures> {
	const all = held.map((feature) => ({
		id: feature.id,
		was: stateOf(feature),
		is: stateOf(nextOf(feature))
	}));
	const features = all.map(({ id, is: { star, completedAt } }) => ({ id, star, completedAt }));
	const changes = all.filter(({ was, is }) => !areSame(was, is));
	if (changes.length === 0) return { ideaId, features };

	await writeStates(
		tx,
		changes.map(({ id, is }) => ({ id, ...is }))
	);
	await recordAudit(
		tx,
		actor,
		...changes.map(
			({ id }) =>
				({ action: kind, targetKind: 'feature', targetId: id, changed: CHANGED[kind] }) as const
		)
	);
	const inverse = changes.map(({ id, was, is }) => ({ id, expect: is, restore: was }));
	const undoToken = await recordUndo(tx, actor, { ideaId, inverse: { kind, features: inverse } });
	return { ideaId, features, undoToken };
}

const CHANGED: Record<StateKind, string[]> = {
	'feature.star': ['star'],
	'feature.complete': ['completedAt'],
	'feature.reopen': ['completedAt']
};

/** The answer for an act on one feature. */
export function oneOf({ features: [feature], ...rest }: ChangedFeatures): ChangedFeature {
	if (!feature) throw new Error('An act on one feature had none.');
	return { ...rest, ...feature };
}

/**
 * Puts features back into the state before an act, if each is as the act left it; super-stars without room demote.
 *
 * @returns the features with their stars; nothing when one of them has changed
 */
export async function restoreStates(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, changes }: { ideaId: string; changes: InverseOf<StateKind>['features'] }
): Promise<{ id: string; star: Star }[] | undefined> {
	const ids = changes.map(({ id }) => id);
	const held = await holdIfAll(tx, actor, { ideaId, ids });
	if (!held) return undefined;
	const changeOf = new Map(changes.map((change) => [change.id, change]));
	const asLeft = held.flatMap((feature) => {
		const change = changeOf.get(feature.id);
		return change && areSame(stateOf(feature), change.expect)
			? [{ id: feature.id, ...change.restore }]
			: [];
	});
	if (asLeft.length < held.length) return undefined;
	const wanted = asLeft.map(({ star }) => star);
	const stars = await featureStarsWithinLimit(tx, ideaId, wanted);
	const restored = asLeft.map((state, place) => ({ ...state, star: stars[place] ?? state.star }));
	await writeStates(tx, restored);
	return restored.map(({ id, star }) => ({ id, star }));
}

function stateOf({ star, completedAt, starBeforeDone }: FeatureState): FeatureState {
	return { star, completedAt, starBeforeDone };
}

const areSame = (one: FeatureState, other: FeatureState): boolean =>
	one.star === other.star &&
	one.completedAt?.valueOf() === other.completedAt?.valueOf() &&
	one.starBeforeDone === other.starBeforeDone;

/** One statement for however many. Neither version nor time of change follows: what the features say stays. */
async function writeStates(
	tx: Transaction,
	states: (FeatureState & { id: string })[]
): Promise<void> {
	await tx.$executeRaw`
		UPDATE features AS f
		SET star = state.star, completed_at = state."completedAt",
			star_before_done = state."starBeforeDone"
		FROM jsonb_to_recordset(${JSON.stringify(states)}::jsonb)
			AS state(id uuid, star star, "completedAt" timestamptz, "starBeforeDone" star)
		WHERE f.id = state.id`;
}
