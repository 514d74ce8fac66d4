import { describe, expect, test } from 'vitest';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { db } from '../db';
import { moveFeature } from './feature-moves';
import { deleteFeature, restoreFeature } from './feature-trash';
import { getFeature, listFeatures, updateFeature } from './features';
import { undo } from './undo';

/** An idea whose plan is these features, called by one letter each. */
async function planOf(letters: string) {
	const ada = await createPerson();
	const { id: ideaId } = await createIdeaFor(ada);
	const ids: Record<string, string> = {};
	for (const title of letters) ids[title] = (await createFeatureFor(ada, ideaId, { title })).id;
	const id = (letter: string) => ids[letter] ?? '';
	const order = async () =>
		(await listFeatures(ada, { ideaId })).map(({ title }) => title).join('');
	return { ada, ideaId, id, order };
}

/** How many rows of features get another position while `work` runs. */
async function rowsMoved(work: () => Promise<unknown>): Promise<number> {
	await db.$executeRaw`CREATE TABLE written (id uuid)`;
	await db.$executeRawUnsafe(`
		CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN INSERT INTO written VALUES (NEW.id); RETURN NEW; END $$`);
	await db.$executeRawUnsafe(`
		CREATE TRIGGER note_move AFTER UPDATE OF position ON features
			FOR EACH ROW EXECUTE FUNCTION note_move()`);
	try {
		await work();
		const [row] = await db.$queryRaw<{ count: number }[]>`SELECT count(*)::int FROM written`;
		return row?.count ?? 0;
	} finally {
		await db.$executeRaw`DROP TRIGGER note_move ON features`;
		await db.$executeRaw`DROP FUNCTION note_move`;
		await db.$executeRaw`DROP TABLE written`;
	}
}

describe('moving a feature', () => {
	test('puts it behind one, before another, to the top or to the bottom, and writes its row alone', async () => {
		const { ada, id, order } = await planOf('abcd');

		const written = await rowsMoved(async () => {
			await moveFeature(ada, { id: id('a'), after: id('c') });
			expect(await order()).toBe('bcad');
			await moveFeature(ada, { id: id('d'), before: id('c') });
			expect(await order()).toBe('bdca');
			await moveFeature(ada, { id: id('a') });
			expect(await order()).toBe('abdc');
			await moveFeature(ada, { id: id('b'), to: 'bottom' });
			expect(await order()).toBe('adcb');
		});

		expect(written).toBe(4);
	});

	test('to where it stands writes nothing and leaves nothing to undo', async () => {
		const { ada, id } = await planOf('abc');

		const written = await rowsMoved(async () => {
			expect(await moveFeature(ada, { id: id('b'), after: id('a') })).not.toHaveProperty(
				'undoToken'
			);
		});

		expect(written).toBe(0);
	});

	test('leaves version and time of change alone', async () => {
		const { ada, id } = await planOf('ab');
		const before = await getFeature(ada, { id: id('a') });

		const { position } = await moveFeature(ada, { id: id('a'), after: id('b') });

		expect(await getFeature(ada, { id: id('a') })).toEqual({ ...before, position });
		await updateFeature(ada, { id: id('a'), version: 1, title: 'still the first version' });
	});

	test('leaves the place of a deleted one, to which it comes back', async () => {
		const { ada, id, order } = await planOf('abc');
		await deleteFeature(ada, { id: id('b') });

		await moveFeature(ada, { id: id('c'), after: id('a') });
		await restoreFeature(ada, { id: id('b') });

		expect(await order()).toBe('acb');
	});

	test('is undone, unless it was moved again', async () => {
		const { ada, id, order } = await planOf('abc');
		const first = await moveFeature(ada, { id: id('a'), after: id('c') });
		const second = await moveFeature(ada, { id: id('a'), after: id('b') });

		await expect(undo(ada, { token: first.undoToken ?? '' })).rejects.toMatchObject({
			code: 'CONFLICT'
		});
		expect(await order()).toBe('bac');
		await expect(undo(ada, { token: second.undoToken ?? '' })).resolves.toMatchObject({
			kind: 'feature.move',
			featureIds: [id('a')]
		});
		expect(await order()).toBe('bca');
	});

	test('is for the owner and the editors, within one idea', async () => {
		const { ada, ideaId, id, order } = await planOf('ab');
		const other = await planOf('x');
		const [editor, viewer] = [await createPerson(), await createPerson()];
		await shareIdea(ideaId, editor, 'editor');
		await shareIdea(ideaId, viewer, 'viewer');

		await expect(moveFeature(viewer, { id: id('b') })).rejects.toMatchObject({ code: 'FORBIDDEN' });
		await expect(moveFeature(other.ada, { id: id('b') })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		await expect(moveFeature(ada, { id: id('b'), after: other.id('x') })).rejects.toMatchObject({
			code: 'CONFLICT',
			cause: { reason: 'move.neighbourGone' }
		});
		await moveFeature(editor, { id: id('b') });
		expect(await order()).toBe('ba');
	});

	test('by eight clients, a thousand times, ends in one order with one row written for each', async () => {
		const letters = 'abcdefghijklmnopqrstuvwx';
		const { ada, ideaId, id } = await planOf(letters);
		let changed = 0;
		const client = async (seed: number) => {
			for (let step = 0; step < 125; step += 1) {
				const at = (seed * 7 + step * 11) % letters.length;
				const beside = (at + 1 + ((seed + step * 5) % (letters.length - 1))) % letters.length;
				const neighbour = id(letters[beside] ?? '');
				const side = step % 2 ? { after: neighbour } : { before: neighbour };
				const { undoToken } = await moveFeature(ada, { id: id(letters[at] ?? ''), ...side });
				if (undoToken) changed += 1;
			}
		};

		const written = await rowsMoved(() =>
			Promise.all(Array.from({ length: 8 }, (_, seed) => client(seed)))
		);

		const rows = await db.feature.findMany({ where: { ideaId } });
		expect(new Set(rows.map(({ position }) => position)).size).toBe(letters.length);
		expect(
			rows
				.map(({ title }) => title)
				.toSorted()
				.join('')
		).toBe(letters);
		expect(written).toBe(changed);
		expect(changed).toBeGreaterThan(800);
	}, 180_000);
});
