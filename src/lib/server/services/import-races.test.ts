import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { createPerson } from '#tests/support/factories';
import { held, someoneWaits } from '#tests/support/held-transactions';
import { isLong } from '#tests/support/long';
import { fileOf, fileOfOne, sent, titlesOf } from '#tests/support/transfer';
import { db } from '../db';
import { confirmImport } from './import-confirm';
import { isFree, isUnderWay } from './import-lock';
import { cancelImport, currentImport, getImport, readImport, startImport } from './imports';

const about = (fingerprint: string) =>
	({ name: 'plan.json', format: 'json', bytes: 100, fingerprint }) as const;

/** Holds the lock of a step, as a step does that goes on. @returns ends it */
const underWay = (id: string) => held((tx) => isFree(tx, id));

describe('cancelling and confirming at once', () => {
	test('ends with one of them, and both say the same', async () => {
		const rounds = isLong ? 100 : 15;
		const ends = new Set<string>();
		const ideas = Array.from({ length: 40 }, (_, n) => ({ idea: { title: `Idea ${n}` } }));
		let longestMs = 0;
		for (let round = 0; round < rounds; round += 1) {
			const ada = await createPerson();
			const { id } = await sent(ada, fileOf(ideas));
			const begunAt = performance.now();

			const confirmed = confirmImport(ada, { id }).then(
				() => 'done',
				({ cause }: { cause?: { reason?: string } }) => cause?.reason
			);
			// The first is left alone, to see how long it takes; the others are met at each part of that.
			if (round === 0) await confirmed;
			longestMs ||= performance.now() - begunAt;
			const meetAt = begunAt + (longestMs * round) / rounds;
			while (performance.now() < meetAt) await aMoment();
			const cancelled = await cancelImport(ada, { id }).then(
				() => 'cancelled',
				({ cause }: { cause?: { reason?: string } }) => cause?.reason
			);
			const end = await confirmed;

			ends.add(`${end}`);
			const there = await titlesOf(ada);
			if (end === 'done') {
				expect(there).toHaveLength(40);
				expect(cancelled).toBe('import.notFound');
				expect((await currentImport(ada)).last).toMatchObject({ id, state: 'done' });
			} else {
				expect(end).toMatch(/^import\.(cancelled|notFound|busy)$/);
				expect(cancelled).toBe('cancelled');
				expect(there).toEqual([]);
				expect(await db.import.count({ where: { userId: ada.userId } })).toBe(0);
				expect(await db.importItem.count({ where: { importId: id } })).toBe(0);
			}
		}
		expect(ends.size, `both happen: ${[...ends].join()}`).toBeGreaterThan(1);
	}, 300_000);

	test('is cancelled also when that comes after all is written, and before it is done', async () => {
		const ada = await createPerson();
		const { id } = await sent(ada, fileOfOne({ title: 'Kite' }));
		const letWrite = await held(
			(tx) => tx.$queryRaw`SELECT id FROM users WHERE id = ${ada.userId}::uuid FOR UPDATE`
		);
		const confirmed = confirmImport(ada, { id }).then(
			() => 'done',
			({ cause }: { cause?: { reason?: string } }) => cause?.reason
		);
		await someoneWaits('users');
		const cancel = await held(
			(tx) => tx.$executeRaw`UPDATE imports SET cancelled_at = now() WHERE id = ${id}::uuid`
		);

		await letWrite();
		await someoneWaits('"state"');
		await cancel();

		expect(await confirmed).toBe('import.cancelled');
		expect(await titlesOf(ada)).toEqual([]);
		expect(await db.import.count({ where: { userId: ada.userId } })).toBe(0);
	});
});

const aMoment = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('two imports of one person', () => {
	test('are not beside each other: what is under way stays, and the other file waits', async () => {
		const ada = await createPerson();
		const { id } = await sent(ada, fileOfOne({ title: 'Kite' }));
		const end = await underWay(id);

		expect(await getImport(ada, { id })).toMatchObject({ isUnderWay: true });
		await expect(startImport(ada, about('other'))).rejects.toMatchObject({
			code: 'CONFLICT',
			cause: { reason: 'import.another' }
		});

		await end();
		expect(await isUnderWay(id)).toBe(false);
		expect(await confirmImport(ada, { id })).toMatchObject({ created: 1 });
	});

	test('of different files leave the one that was begun last', async () => {
		const ada = await createPerson();
		const first = await startImport(ada, about('first'));

		const second = await startImport(ada, about('second'));

		await expect(readImport(ada, { id: first.id, chunks: 1 })).rejects.toMatchObject({
			cause: { reason: 'import.notFound' }
		});
		expect((await currentImport(ada)).open).toMatchObject({ id: second.id, state: 'receiving' });
	});

	test('of the same file in two tabs are one', async () => {
		const ada = await createPerson();

		const both = await Promise.all([1, 2].map(() => startImport(ada, about('same'))));

		expect(new Set(both.map(({ id }) => id)).size).toBe(1);
	});

	test('do not hinder those of others', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await sent(ada, fileOfOne({ title: 'Kite' }));
		const end = await underWay(id);

		expect(await currentImport(bob)).toEqual({ open: null, last: null });
		await startImport(bob, about('his'));

		await end();
	});
});

describe('a file of the largest size', () => {
	/** A file of exactly so many bytes: one idea, and texts that mean nothing here. */
	function fileWith(bytes: number): Buffer {
		const file = Buffer.alloc(bytes, 'x');
		let at = file.write('{"ideas":[{"idea":{"title":"Kite"}}],"rest":["');
		for (at += 800_000; at < bytes - 10; at += 800_000) at += file.write('","', at);
		file.write('"]}', bytes - 3);
		return file;
	}

	test('is taken, and one with a byte more is not', async () => {
		const ada = await createPerson();

		const most = await sent(ada, fileWith(LIMITS.importBytes));
		const over = await sent(ada, fileWith(LIMITS.importBytes + 1));

		expect(most).toMatchObject({ state: 'ready', problems: [] });
		expect(over).toMatchObject({
			state: 'refused',
			problems: [{ message: 'Unpacked, this file has more than 256 MB.' }]
		});
	}, 120_000);
});
