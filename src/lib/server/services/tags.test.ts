import { describe, expect, test } from 'vitest';
import { createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { listIdeas } from './board';
import { getIdea } from './ideas';
import { deleteTag, listTags, renameTag, setTags, tagIdeas } from './tags';
import { deleteIdea } from './trash';
import { undo } from './undo';

const tagsOf = async (actor: Parameters<typeof getIdea>[0], id: string) =>
	(await getIdea(actor, { id })).tags;

/** The token of an act that changed something. */
function token(undoToken?: string) {
	if (!undoToken) throw new Error('Nothing changed.');
	return { token: undoToken };
}

describe('setTags', () => {
	test('gives an idea its tags in their order, and takes them back', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		await setTags(ada, { id, tags: ['old'] });

		const { tags, undoToken } = await setTags(ada, { id, tags: ['𐐨', 'b', 'a', 'ﬀ', 'b'] });

		// By code points: UTF-16 would put the last before the one ahead of it.
		expect(tags).toEqual(['a', 'b', 'ﬀ', '𐐨']);
		expect(await tagsOf(ada, id)).toEqual(tags);
		expect(await undo(ada, token(undoToken))).toMatchObject({ kind: 'idea.tag', ideaIds: [id] });
		expect(await tagsOf(ada, id)).toEqual(['old']);
	});

	test('has nothing to undo where nothing changed', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);

		expect((await setTags(ada, { id, tags: [] })).undoToken).toBeUndefined();
	});

	test('changes no content, and nobody else’s tags', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id, version, updatedAt } = await createIdeaFor(ada);
		await shareIdea(id, bob, 'viewer');

		await setTags(bob, { id, tags: ['later'] });

		expect(await getIdea(ada, { id })).toMatchObject({ version, updatedAt, tags: [] });
		expect(await tagsOf(bob, id)).toEqual(['later']);
	});

	test.each(['a stranger’s idea', 'one in the Trash'])('does not find %s', async (which) => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(which === 'one in the Trash' ? ada : bob);
		if (which === 'one in the Trash') await deleteIdea(ada, { id });

		await expect(setTags(ada, { id, tags: ['a'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});

	test('is not undone once the tags have changed again', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const { undoToken } = await setTags(ada, { id, tags: ['a'] });
		await setTags(ada, { id, tags: ['b'] });

		await expect(undo(ada, token(undoToken))).rejects.toMatchObject({ code: 'CONFLICT' });

		expect(await tagsOf(ada, id)).toEqual(['b']);
	});
});

describe('tagIdeas', () => {
	test('adds and removes on all of them, as one step', async () => {
		const ada = await createPerson();
		const [one, two] = [await createIdeaFor(ada), await createIdeaFor(ada)];
		await setTags(ada, { id: one.id, tags: ['keep', 'drop'] });
		const ids = [one.id, two.id];

		const { undoToken } = await tagIdeas(ada, { ids, add: ['new'], remove: ['drop'] });

		expect(await tagsOf(ada, one.id)).toEqual(['keep', 'new']);
		expect(await tagsOf(ada, two.id)).toEqual(['new']);
		await undo(ada, token(undoToken));
		expect(await tagsOf(ada, one.id)).toEqual(['drop', 'keep']);
		expect(await tagsOf(ada, two.id)).toEqual([]);
	});

	test('undoes nothing when one of them has changed since', async () => {
		const ada = await createPerson();
		const [one, two] = [await createIdeaFor(ada), await createIdeaFor(ada)];
		const ids = [one.id, two.id];
		const { undoToken } = await tagIdeas(ada, { ids, add: ['new'], remove: [] });
		await setTags(ada, { id: two.id, tags: [] });

		await expect(undo(ada, token(undoToken))).rejects.toMatchObject({ code: 'CONFLICT' });

		expect(await tagsOf(ada, one.id)).toEqual(['new']);
	});

	test('is refused whole when one would have too many, or is not the person’s', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const [one, full] = [await createIdeaFor(ada), await createIdeaFor(ada)];
		const theirs = await createIdeaFor(bob);
		const twenty = Array.from({ length: 20 }, (_, place) => `tag-${place}`);
		await setTags(ada, { id: full.id, tags: twenty });

		const tooMany = tagIdeas(ada, { ids: [one.id, full.id], add: ['more'], remove: [] });
		const strange = tagIdeas(ada, { ids: [one.id, theirs.id], add: ['more'], remove: [] });

		await expect(tooMany).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		await expect(strange).rejects.toMatchObject({ code: 'NOT_FOUND' });
		expect(await tagsOf(ada, one.id)).toEqual([]);
	});

	test('loses none of those that are added at once', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const twelve = Array.from(
			{ length: 12 },
			(_, place) => `tag-${String(place).padStart(2, '0')}`
		);

		await Promise.all(twelve.map((tag) => tagIdeas(ada, { ids: [id], add: [tag], remove: [] })));

		expect(await tagsOf(ada, id)).toEqual(twelve);
	});
});

describe('the list of tags', () => {
	test('counts what the board shows, and is everyone’s own', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const [one, two] = [await createIdeaFor(ada), await createIdeaFor(ada)];
		await tagIdeas(ada, { ids: [one.id, two.id], add: ['often'], remove: [] });
		await setTags(ada, { id: one.id, tags: ['often', 'seldom'] });

		expect(await listTags(ada)).toEqual([
			{ name: 'often', count: 2 },
			{ name: 'seldom', count: 1 }
		]);
		expect(await listTags(bob)).toEqual([]);
		const page = await listIdeas(ada, { sort: 'manual', filter: 'all', tag: 'seldom' });
		expect(page.ideas.map(({ id }) => id)).toEqual([one.id]);
		expect(page.counts).toEqual({ super: 0, star: 0, none: 1 });
	});
});

describe('renaming and deleting a tag', () => {
	test('reach every idea, those in the Trash too, and merge where both names were', async () => {
		const ada = await createPerson();
		const [both, trashed] = [await createIdeaFor(ada), await createIdeaFor(ada)];
		await setTags(ada, { id: both.id, tags: ['house', 'home'] });
		await setTags(ada, { id: trashed.id, tags: ['house'] });
		const { undoToken: back } = await deleteIdea(ada, { id: trashed.id });

		const { undoToken } = await renameTag(ada, { from: 'house', to: 'home' });

		await undo(ada, { token: back });
		expect(await tagsOf(ada, both.id)).toEqual(['home']);
		expect(await tagsOf(ada, trashed.id)).toEqual(['home']);
		await undo(ada, token(undoToken));
		expect(await tagsOf(ada, both.id)).toEqual(['home', 'house']);
		expect(await tagsOf(ada, trashed.id)).toEqual(['house']);
	});

	test('deleting takes the tag, not the idea', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		await setTags(ada, { id, tags: ['a', 'b'] });

		const { undoToken } = await deleteTag(ada, { name: 'a' });

		expect(await tagsOf(ada, id)).toEqual(['b']);
		await undo(ada, token(undoToken));
		expect(await tagsOf(ada, id)).toEqual(['a', 'b']);
	});

	test('find no tag that only others have', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(bob);
		await setTags(bob, { id, tags: ['his'] });

		await expect(deleteTag(ada, { name: 'his' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await expect(renameTag(ada, { from: 'his', to: 'mine' })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});

		expect(await tagsOf(bob, id)).toEqual(['his']);
	});
});
