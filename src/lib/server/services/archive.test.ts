import { describe, expect, test } from 'vitest';
import { createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import type { PersonalActor } from './actor';
import { archiveIdeas, unarchiveIdeas } from './archive';
import { listIdeas } from './board';
import { getIdea } from './ideas';
import { starIdea } from './stars';
import { deleteIdea, restoreIdea } from './trash';
import { undo } from './undo';

const board = async (actor: PersonalActor, filter: 'all' | 'archived' = 'all') => {
	const { ideas, counts } = await listIdeas(actor, { sort: 'manual', filter });
	return { ids: ideas.map(({ id }) => id), counts };
};

const superIdea = (actor: PersonalActor) => createIdeaFor(actor, { star: 'super' });

/** The token of an act that changed something. */
function token(undoToken?: string) {
	if (!undoToken) throw new Error('Nothing changed.');
	return { token: undoToken };
}

describe('archiveIdeas', () => {
	test('takes ideas off the board and out of its counts, and undo brings them back as they were', async () => {
		const ada = await createPerson();
		const [one, two] = [await createIdeaFor(ada, { star: 'star' }), await createIdeaFor(ada)];
		const before = await board(ada);

		const { undoToken } = await archiveIdeas(ada, { ids: [one.id, two.id] });

		expect(await board(ada)).toEqual({ ids: [], counts: { super: 0, star: 0, none: 0 } });
		expect(await board(ada, 'archived')).toEqual(before);
		await undo(ada, token(undoToken));
		expect(await board(ada)).toEqual(before);
	});

	test('is everyone’s own, and changes no content', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id, version, updatedAt } = await createIdeaFor(ada);
		await shareIdea(id, bob, 'viewer');

		await archiveIdeas(bob, { ids: [id] });

		expect((await board(ada)).ids).toEqual([id]);
		expect((await board(bob)).ids).toEqual([]);
		expect(await getIdea(ada, { id })).toMatchObject({ version, updatedAt, archivedAt: null });
	});

	test('again changes nothing', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const [first] = (await archiveIdeas(ada, { ids: [id] })).ideas;

		const again = await archiveIdeas(ada, { ids: [id] });

		expect(again).toEqual({ ideas: [first] });
	});

	test('is refused whole when one is a stranger’s or in the Trash', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const [mine, trashed] = [await createIdeaFor(ada), await createIdeaFor(ada)];
		const theirs = await createIdeaFor(bob);
		await deleteIdea(ada, { id: trashed.id });

		for (const other of [theirs, trashed]) {
			await expect(archiveIdeas(ada, { ids: [mine.id, other.id] })).rejects.toMatchObject({
				code: 'NOT_FOUND'
			});
		}

		expect((await board(ada)).ids).toEqual([mine.id]);
	});
});

describe('stars and the archive', () => {
	test('what is aside leaves room for another super-star, and comes back as a star', async () => {
		const ada = await createPerson();
		const { id } = await superIdea(ada);
		await superIdea(ada);
		await superIdea(ada);
		await archiveIdeas(ada, { ids: [id] });
		expect(await superIdea(ada)).toMatchObject({ star: 'super' });

		const back = await unarchiveIdeas(ada, { ids: [id] });

		expect(back).toMatchObject({ ideas: [{ star: 'star' }], notice: 'star.superFullBack' });
		await undo(ada, token(back.undoToken));
		expect(await getIdea(ada, { id })).toMatchObject({ star: 'super' });
		expect((await board(ada, 'archived')).ids).toEqual([id]);
	});

	test('undoing an archiving demotes too where the room is taken', async () => {
		const ada = await createPerson();
		const { id } = await superIdea(ada);
		const { undoToken } = await archiveIdeas(ada, { ids: [id] });
		for (let given = 0; given < 3; given += 1) await superIdea(ada);

		expect(await undo(ada, token(undoToken))).toMatchObject({ star: 'star' });
		expect((await board(ada)).counts).toEqual({ super: 3, star: 1, none: 0 });
	});

	test('never more than three, when several come back at once', async () => {
		const ada = await createPerson();
		const ideas = [];
		for (let place = 0; place < 6; place += 1) {
			const idea = await superIdea(ada);
			ideas.push(idea.id);
			await archiveIdeas(ada, { ids: [idea.id] });
		}

		await Promise.all(ideas.map((id) => unarchiveIdeas(ada, { ids: [id] })));

		expect((await board(ada)).counts).toEqual({ super: 3, star: 3, none: 0 });
	});

	test('what is aside stays as it is when it comes out of the Trash', async () => {
		const ada = await createPerson();
		const { id } = await superIdea(ada);
		await archiveIdeas(ada, { ids: [id] });
		for (let given = 0; given < 3; given += 1) await superIdea(ada);
		await deleteIdea(ada, { id });

		await restoreIdea(ada, { id });

		expect(await getIdea(ada, { id })).toMatchObject({ star: 'super' });
		expect((await board(ada)).counts.super).toBe(3);
	});

	test('is not undone once the star has changed', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const { undoToken } = await archiveIdeas(ada, { ids: [id] });
		await starIdea(ada, { id, star: 'star' });

		await expect(undo(ada, token(undoToken))).rejects.toMatchObject({ code: 'CONFLICT' });
	});
});
