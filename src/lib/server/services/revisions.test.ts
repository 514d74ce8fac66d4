import { v4 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { getFeature, updateFeature } from './features';
import { getIdea, updateIdea } from './ideas';
import { getRevision, listRevisions, restoreRevision } from './revisions';
import { undo } from './undo';

/** Saves the notes of an idea as its page does. */
async function save(actor: PersonalActor, id: string, notes: string) {
	const { version } = await getIdea(actor, { id });
	return updateIdea(actor, { id, version, notes });
}

const notesOf = async (actor: PersonalActor, ideaId: string) => {
	const { revisions } = await listRevisions(actor, { ideaId });
	const all = await Promise.all(revisions.map(({ id }) => getRevision(actor, { id })));
	return all.map(({ texts }) => texts.find(({ key }) => key === 'notes')?.text);
};

/** As if everything had been typed ten minutes earlier. */
const letTimePass = (ideaId: string) =>
	db.$executeRaw`
		UPDATE revisions SET created_at = created_at - interval '10 minutes'
		WHERE idea_id = ${ideaId}::uuid`;

describe('earlier texts', () => {
	test('of what one person types at a stretch the beginning is kept', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { notes: 'First.' });

		for (const notes of ['First. S', 'First. Se', 'First. Second.']) await save(ada, id, notes);

		expect(await notesOf(ada, id)).toEqual(['First.']);
		await letTimePass(id);
		await save(ada, id, 'Third.');
		expect(await notesOf(ada, id)).toEqual(['First. Second.', 'First.']);
	});

	test('another person’s change keeps what it changed, and so does a large one', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(ada, { notes: 'Hers.' });
		await shareIdea(id, bob, 'editor');

		await save(ada, id, 'Hers, longer.');
		await save(bob, id, 'His.');
		await save(bob, id, 'x'.repeat(300));
		await save(bob, id, '');

		const kept = ['x'.repeat(300), 'His.', 'Hers, longer.', 'Hers.'];
		expect(await notesOf(ada, id)).toEqual(kept);
		const { revisions } = await listRevisions(ada, { ideaId: id });
		expect(revisions.map(({ changedBy }) => changedBy?.isYou)).toEqual([false, false, false, true]);
	});

	test('a save that is refused, and one that changes no text, keep nothing', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { notes: 'Same.' });

		await updateIdea(ada, { id, version: 1, visibility: 'public' });
		await save(ada, id, 'Same.');
		await expect(updateIdea(ada, { id, version: 1, notes: 'Late.' })).rejects.toMatchObject({
			code: 'CONFLICT'
		});

		expect(await db.revision.count({ where: { ideaId: id } })).toBe(0);
	});

	test('a section that goes is kept, however short it was there, unless it was empty', async () => {
		const ada = await createPerson();
		const { id: ideaId } = await createIdeaFor(ada);
		const { id } = await createFeatureFor(ada, ideaId, { notes: 'Old.' });
		const [why, empty] = [
			{ id: uuid(), label: 'Why', body: '' },
			{ id: uuid(), label: '', body: '' }
		];
		await updateFeature(ada, { id, version: 1, notes: 'Typed just now.' });
		await updateFeature(ada, { id, version: 2, sections: [why, empty] });

		await updateFeature(ada, { id, version: 3, sections: [why] });
		await updateFeature(ada, { id, version: 4, sections: [] });

		const { revisions } = await listRevisions(ada, { ideaId, featureId: id });
		expect(revisions.map(({ version }) => version)).toEqual([4, 1]);
		await restoreRevision(ada, { id: revisions[0]?.id ?? '', version: 5 });
		expect((await getFeature(ada, { id })).sections).toEqual([why]);
	});

	test('come in pages, none twice and none lost', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const createdAt = new Date();
		const content = { title: 'T', notes: '', linkUrl: null, linkLabel: null };
		await db.revision.createMany({
			data: Array.from({ length: 120 }, (_, version) => ({
				...{ ideaId: id, version: version + 1, content, createdAt }
			}))
		});

		const seen: number[] = [];
		let cursor: string | undefined;
		do {
			const page = await listRevisions(ada, { ideaId: id, cursor });
			seen.push(...page.revisions.map(({ version }) => version));
			cursor = page.nextCursor;
		} while (cursor);

		expect(seen.length).toBe(120);
		expect(new Set(seen).size).toBe(120);
	});
});

describe('who may read them', () => {
	test('whoever may read the thing: a private feature is for the owner and the editors', async () => {
		const [ada, viewer, stranger] = [
			await createPerson(),
			await createPerson(),
			await createPerson()
		];
		const { id: ideaId } = await createIdeaFor(ada);
		await shareIdea(ideaId, viewer, 'viewer');
		const { id } = await createFeatureFor(ada, ideaId, { visibility: 'private' });
		await updateFeature(ada, { id, version: 1, notes: 'Later.' });
		const {
			revisions: [revision]
		} = await listRevisions(ada, { featureId: id });
		const about = { id: revision?.id ?? uuid() };

		for (const person of [viewer, stranger]) {
			await expect(getRevision(person, about)).rejects.toMatchObject({ code: 'NOT_FOUND' });
			await expect(listRevisions(person, { featureId: id })).rejects.toMatchObject({
				code: 'NOT_FOUND'
			});
			await expect(restoreRevision(person, { ...about, version: 2 })).rejects.toMatchObject({
				code: 'NOT_FOUND'
			});
		}
		expect(await listRevisions(viewer, { ideaId })).toEqual({ revisions: [] });
	});

	test('who may only read an idea restores nothing', async () => {
		const [ada, viewer] = [await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(ada, { notes: 'First.' });
		await shareIdea(id, viewer, 'viewer');
		await save(ada, id, 'Second.');
		const { revisions } = await listRevisions(viewer, { ideaId: id });
		const input = { id: revisions[0]?.id ?? '', version: 2 };

		await expect(restoreRevision(viewer, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });

		expect(await getIdea(ada, { id })).toMatchObject({ notes: 'Second.' });
	});
});

describe('restoreRevision', () => {
	test('writes an idea’s text as a new version, keeps the present one, and is undone', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { notes: 'First.' });
		await save(ada, id, 'Second.');
		const { revisions } = await listRevisions(ada, { ideaId: id });

		const done = await restoreRevision(ada, { id: revisions[0]?.id ?? '', version: 2 });

		expect(await getIdea(ada, { id })).toMatchObject({ notes: 'First.', version: 3 });
		expect(await notesOf(ada, id)).toEqual(['Second.', 'First.']);
		await undo(ada, { token: done.undoToken });
		expect(await getIdea(ada, { id })).toMatchObject({ notes: 'Second.', version: 4 });
	});

	test('brings back a feature with its sections, and is not undone over a later change', async () => {
		const ada = await createPerson();
		const { id: ideaId } = await createIdeaFor(ada);
		const sections = [{ id: uuid(), label: 'Colours', body: 'Red.' }];
		const { id } = await createFeatureFor(ada, ideaId, { sections });
		await updateFeature(ada, { id, version: 1, sections: [] });
		const { revisions } = await listRevisions(ada, { featureId: id });

		const done = await restoreRevision(ada, { id: revisions[0]?.id ?? '', version: 2 });

		expect((await getFeature(ada, { id })).sections).toEqual(sections);
		await updateFeature(ada, { id, version: 3, title: 'Later' });
		await expect(undo(ada, { token: done.undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });
		expect(await getFeature(ada, { id })).toMatchObject({ title: 'Later', sections });
	});

	test('changes nothing when the text has changed meanwhile', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { notes: 'First.' });
		await save(ada, id, 'Second.');
		const { revisions } = await listRevisions(ada, { ideaId: id });
		await save(ada, id, 'Third.');

		const late = restoreRevision(ada, { id: revisions[0]?.id ?? '', version: 2 });

		await expect(late).rejects.toMatchObject({
			code: 'CONFLICT',
			cause: { params: { version: 3 } }
		});
		expect(await getIdea(ada, { id })).toMatchObject({ notes: 'Third.' });
	});
});
