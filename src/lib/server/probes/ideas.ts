import { v4 as uuid } from 'uuid';
import type { PersonalActor } from '../services/actor';
import { completeFeature } from '../services/feature-completion';
import { createFeature, getFeature, updateFeature } from '../services/features';
import { createIdea, getIdea, updateIdea } from '../services/ideas';
import { probeActor } from '../services/probe-account';
import { deleteIdea, purgeIdea } from '../services/trash';
import { expectThat, type Probe } from './steps';

const STEP_MS = 4_000;

/** What the probe writes; how many code points, and in which script, is part of what is tried. */
export const TITLE = 'Coda tries itself — žluťoučký 🚲';
export const NOTES = 'Line one\nLine two, with **bold** and “quotes”.';
export const WHEEL = 'A wheel of it';

/** An idea with a feature, as a person makes them. */
export async function writeIdea(actor: PersonalActor) {
	const idea = await createIdea(actor, {
		...{ clientKey: uuid(), title: TITLE, notes: NOTES, star: 'star', visibility: 'private' },
		...{ linkUrl: 'https://example.com/', linkLabel: null }
	});
	const feature = await createFeature(actor, {
		...{ ideaId: idea.id, clientKey: uuid(), title: WHEEL, notes: NOTES, sections: [] },
		...{ visibility: 'inherit', star: 'none' }
	});
	return { idea, feature };
}

/** Writes an idea with a feature, reads, changes and completes, and deletes it for good. */
export const probeIdeas: Probe = async (attempt, requestId) => {
	const actor = probeActor(requestId);
	const { idea, feature } = await attempt(['create', STEP_MS], () => writeIdea(actor));
	const { id } = idea;
	await attempt(['read', STEP_MS], async () => {
		const found = await getIdea(actor, { id });
		const isSame = found.title === TITLE && found.notes === NOTES && found.star === 'star';
		expectThat(isSame, 'the idea is not as it was written');
		const plan = await getFeature(actor, { id: feature.id });
		expectThat(
			plan.title === WHEEL && plan.notes === NOTES,
			'the feature is not as it was written'
		);
	});
	const title = `${TITLE} again`;
	await attempt(['change', STEP_MS], async () => {
		await updateIdea(actor, { id, version: idea.version, title });
		await updateFeature(actor, { id: feature.id, version: feature.version, notes: 'Changed' });
		expectThat((await getIdea(actor, { id })).title === title, 'the change is not there');
	});
	await attempt(['complete', STEP_MS], async () => {
		await completeFeature(actor, { id: feature.id });
		const { done, total } = await getIdea(actor, { id });
		expectThat(done === 1 && total === 1, `${done} of ${total} features are done`);
	});
	await attempt(['delete', STEP_MS], async () => {
		await deleteIdea(actor, { id });
		expectThat(await isGone(actor, id), 'the idea is still on the board');
	});
	await attempt(['delete for good', STEP_MS], () => purgeIdea(actor, { id, title }));
};

const isGone = (actor: PersonalActor, id: string): Promise<boolean> =>
	getIdea(actor, { id }).then(
		() => false,
		(cause: unknown) => {
			if (cause instanceof Error && 'code' in cause && cause.code === 'NOT_FOUND') return true;
			throw cause;
		}
	);
