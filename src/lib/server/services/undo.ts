import type { UndoToken } from '$lib/schemas/undo';
import { db, type Transaction } from '../db';
import type { Star } from '../prisma/client';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { restorePlaces } from './archive';
import { recordAudit } from './audit';
import { restoreFeaturePlaces } from './feature-moves';
import { restoreStates, type StateKind } from './feature-states';
import { restoreDeletion } from './feature-trash';
import { restoreIdeaPlaces } from './idea-moves';
import { restoreDeletions, restoreStars } from './selections';
import { UNDO_MS } from './import-lock';
import { takeBackImport } from './import-undo';
import { takeGuideBack } from './guide';
import { restoreStar } from './stars';
import { restoreIdeas } from './trash';
import { returnToTrash } from './trash-return';
import { undoFeatureToIdea, undoIdeaToFeature } from './conversion-undo';
import { undoFeatureText, undoIdeaText } from './revisions';
import { restoreFeatureVisibility, restoreIdeaVisibility } from './visibility';
import { restoreTags, type TagKind } from './tags';
import { takeUndo } from './undo-actions';
import type { Position } from './positions';
import type { Inverse, InverseOf } from './undo-inverses';

/** What came back, so that the page can show it. */
export interface Restored {
	ideaIds: string[];
	/** The features, where it was about features. */
	featureIds?: string[];
	/** Where ideas stand that were moved. */
	positions?: Position[];
	/** The star of the one thing now: one that came back demotes where there is no room. */
	star?: Star;
}

/** What was undone. */
export interface Undone extends Restored {
	kind: Inverse['kind'];
}

/** An inverse that is about to be applied. */
interface Taken<Kind extends Inverse['kind']> {
	/** The idea that it is about, where it is one. */
	ideaId: string | null;
	inverse: InverseOf<Kind>;
}

/** Puts back what was, whole. Nothing means that something has changed since, and that nothing was done. */
type Apply<Kind extends Inverse['kind']> = (
	tx: Transaction,
	actor: PersonalActor,
	taken: Taken<Kind>
) => Promise<Restored | undefined>;

/** How each kind of action is taken back. */
const APPLY: { [Kind in Inverse['kind']]: Apply<Kind> } = {
	'idea.delete': (tx, actor, { ideaId, inverse: { deletedAt } }) =>
		ofIdea(ideaId, async (id) => {
			const deletion = { ids: [id], deletedAt: new Date(deletedAt) };
			return (await restoreIdeas(tx, actor, deletion))?.[0]?.star;
		}),
	'idea.star': (tx, actor, { ideaId, inverse }) =>
		ofIdea(ideaId, (id) => restoreStar(tx, actor, { ideaId: id, inverse })),
	'idea.visibility': async (tx, actor, { ideaId, inverse }) =>
		ideaId && (await restoreIdeaVisibility(tx, actor, { id: ideaId, ...inverse }))
			? { ideaIds: [ideaId] }
			: undefined,
	'feature.visibility': async (tx, actor, { ideaId, inverse }) =>
		ideaId && (await restoreFeatureVisibility(tx, actor, inverse))
			? { ideaIds: [ideaId], featureIds: [inverse.id] }
			: undefined,
	'idea.import': (tx, actor, { inverse }) => takeBackImport(tx, actor, inverse),
	'idea.tag': applyTags,
	'tag.rename': applyTags,
	'tag.delete': applyTags,
	'idea.archive': applyPlaces,
	'idea.unarchive': applyPlaces,
	'idea.restoreText': async (tx, actor, { ideaId, inverse }) =>
		ideaId && (await undoIdeaText(tx, actor, { ideaId, inverse }))
			? { ideaIds: [ideaId] }
			: undefined,
	'feature.restoreText': async (tx, actor, { ideaId, inverse }) =>
		ofFeatures(ideaId, await undoFeatureText(tx, actor, inverse)),
	'convert.ideaToFeature': (tx, actor, { ideaId, inverse }) =>
		ofIdea(ideaId, (id) => undoIdeaToFeature(tx, actor, { ideaId: id, inverse })),
	'convert.featureToIdea': async (tx, actor, { ideaId, inverse }) =>
		ofFeatures(ideaId, ideaId && (await undoFeatureToIdea(tx, actor, { ideaId, inverse }))),
	'feature.star': applyStates,
	'feature.complete': applyStates,
	'feature.reopen': applyStates,
	'feature.delete': async (tx, actor, { ideaId, inverse: { features } }) =>
		ofFeatures(ideaId, ideaId && (await restoreDeletion(tx, actor, features))),
	'feature.move': async (tx, actor, { ideaId, inverse: { moves } }) =>
		ofFeatures(ideaId, ideaId && (await restoreFeaturePlaces(tx, actor, { ideaId, moves }))),
	'idea.starMany': (tx, actor, { inverse: { stars } }) => restoreStars(tx, actor, stars),
	'idea.deleteMany': (tx, actor, { inverse: { ideas } }) => restoreDeletions(tx, actor, ideas),
	'idea.move': (tx, actor, { inverse: { moves } }) => restoreIdeaPlaces(tx, actor, moves),
	'idea.moveMany': (tx, actor, { inverse: { moves } }) => restoreIdeaPlaces(tx, actor, moves),
	'guide.start': (tx, actor, { inverse }) => takeGuideBack(tx, actor, inverse),
	'trash.restore': (tx, actor, { inverse }) => returnToTrash(tx, actor, inverse)
};

/** How the acts on tags are taken back. */
async function applyTags(
	tx: Transaction,
	actor: PersonalActor,
	{ inverse }: { inverse: InverseOf<TagKind> }
): Promise<Restored | undefined> {
	const ideaIds = await restoreTags(tx, actor, inverse);
	return ideaIds && { ideaIds };
}

/** How the acts on the archive are taken back. */
async function applyPlaces(
	tx: Transaction,
	actor: PersonalActor,
	{ inverse }: { inverse: InverseOf<'idea.archive' | 'idea.unarchive'> }
): Promise<Restored | undefined> {
	const ideas = await restorePlaces(tx, actor, inverse);
	if (!ideas) return undefined;
	const [only, ...others] = ideas;
	return {
		ideaIds: ideas.map(({ id }) => id),
		...(only && others.length === 0 && { star: only.star })
	};
}

/** How the acts on states of features are taken back: all in one way. */
async function applyStates(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, inverse }: { ideaId: string | null; inverse: Pick<InverseOf<StateKind>, 'features'> }
): Promise<Restored | undefined> {
	return ofFeatures(
		ideaId,
		ideaId && (await restoreStates(tx, actor, { ideaId, changes: inverse.features }))
	);
}

/** The answer for an action on features of one idea. */
function ofFeatures(
	ideaId: string | null,
	features: { id: string; star: Star }[] | '' | null | undefined
): Restored | undefined {
	if (!ideaId || !features) return undefined;
	const [only, ...others] = features;
	return {
		ideaIds: [ideaId],
		featureIds: features.map(({ id }) => id),
		...(only && others.length === 0 && { star: only.star })
	};
}

/** The answer for an action on one idea whose star may come out otherwise. */
async function ofIdea(
	ideaId: string | null,
	restore: (id: string) => Promise<Star | undefined>
): Promise<Restored | undefined> {
	const star = ideaId ? await restore(ideaId) : undefined;
	return ideaId && star ? { ideaIds: [ideaId], star } : undefined;
}

/**
 * Undoes one action of the person, whole or not at all. A token works once.
 *
 * @throws NOT_FOUND for a token that is unknown, used, too old or someone else's, CONFLICT when what it is
 *   about has changed again since
 */
export async function undo(actor: PersonalActor, { token }: UndoToken): Promise<Undone> {
	return db.$transaction(
		async (tx) => {
			const { ideaId, inverse } = await takeUndo(tx, actor, token);
			const apply = APPLY[inverse.kind] as Apply<Inverse['kind']>;
			const restored = await apply(tx, actor, { ideaId, inverse });
			if (!restored) throw refusal('CONFLICT', 'undo.changed');
			const targetId = restored.featureIds?.[0] ?? restored.ideaIds[0];
			await recordAudit(tx, actor, {
				action: `${inverse.kind}.undo`,
				targetKind: restored.featureIds ? 'feature' : 'idea',
				targetId: targetId ?? null
			});
			return { kind: inverse.kind, ...restored };
		},
		// Each statement has the limit of all others, except where an import is taken back.
		{ timeout: UNDO_MS }
	);
}
