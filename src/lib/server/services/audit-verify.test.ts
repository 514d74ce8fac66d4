import { v7 as uuid } from 'uuid';
import { beforeEach, describe, expect, test } from 'vitest';
import { forgeAudit, seedAudit } from '#tests/support/audit';
import { createPerson } from '#tests/support/factories';
import { db } from '../db';
import { RETENTION } from '../retention';
import { recordAudit } from './audit';
import { GENESIS, segmentHash } from './audit-chain';
import { purgeAudit, sealAudit } from './audit-seal';
import { SNAPSHOT, verifyAudit } from './audit-verify';

const system = { kind: 'system', task: 'test', requestId: 'test' } as const;
const verify = (expected?: string) => db.$transaction((tx) => verifyAudit(tx, expected), SNAPSHOT);
const entryAt = (sequence: number) => db.auditEntry.findUniqueOrThrow({ where: { sequence } });

/** Two segments, of six and of four entries. */
beforeEach(async () => {
	await forgeAudit((client) =>
		client.query('DELETE FROM audit_segments; DELETE FROM audit_entries')
	);
	await seedAudit({ count: 6 });
	await sealAudit();
	await seedAudit({ count: 4 });
	await sealAudit();
});

describe('sealing', () => {
	test('numbers entries in the order of their time, without gaps', async () => {
		const rows = await db.auditEntry.findMany({ orderBy: [{ at: 'asc' }, { id: 'asc' }] });

		expect(rows.map(({ sequence }) => Number(sequence))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
		expect(await verify()).toMatchObject({ entries: 10, segments: 2, late: 0 });
		expect((await verify()).fault).toBeUndefined();
	});

	test('takes an entry that was committed late into a later segment', async () => {
		await seedAudit({ count: 1, from: new Date('2020-01-01') });

		await sealAudit();

		expect((await entryAt(11)).at.getUTCFullYear()).toBe(2020);
		expect((await verify()).fault).toBeUndefined();
	});

	test('is done once, by one process, when twenty begin at the same time', async () => {
		await seedAudit({ count: 50 });

		const sealed = await Promise.all(Array.from({ length: 20 }, () => sealAudit()));

		expect(sealed.reduce((sum, one) => sum + one.sealed, 0)).toBe(50);
		expect(sealed.filter((one) => one.sealed > 0)).toHaveLength(1);
		expect(await verify()).toMatchObject({ entries: 60, segments: 3 });
	});

	test('chains whatever an entry may hold', async () => {
		const ada = await createPerson();
		await db.$transaction((tx) =>
			recordAudit(tx, ada, {
				action: 'idea.update',
				targetKind: 'test',
				targetId: '"quoted"\\\n🦆',
				changed: ['b', 'a'],
				details: { zeta: 1.5, alpha: { z: [null, true, 1e21], a: 'é' }, ' ': -0.1 }
			})
		);

		await sealAudit();

		expect(await verify()).toMatchObject({ entries: 11 });
		expect((await verify()).fault).toBeUndefined();
	});
});

describe('verifying', () => {
	test.each([
		['an action', `action = 'idea.create'`],
		['a time', `at = at + interval '1 millisecond'`],
		['an outcome', `outcome = 'refused'`],
		['who it was', `actor_id = 'someone else'`],
		['details', `details = '{"format":"csv"}'`],
		['what is encrypted', `personal = 'AAAA'`],
		['a changed field', `changed = '{title}'`],
		['a hash', `hash = repeat('a', 64)`]
	])('finds %s that was altered', async (_, change) => {
		const { id, at } = await entryAt(4);

		await forgeAudit((client) =>
			client.query(`UPDATE audit_entries SET ${change} WHERE sequence = 4`)
		);

		const { fault, head } = await verify();
		expect(fault).toMatchObject({ kind: 'altered', sequence: 4, id });
		expect(head.sequence).toBe(3);
		if (!change.startsWith('at')) expect(fault?.at).toEqual(at);
	});

	test.each([1, 4, 6, 10])('finds that entry %i is missing', async (sequence) => {
		await forgeAudit((client) =>
			client.query(`DELETE FROM audit_entries WHERE sequence = $1`, [sequence])
		);

		expect((await verify()).fault).toEqual({ kind: 'missing', sequence });
	});

	test.each([
		['after the end', '11'],
		['before the beginning', '0'],
		['without a number', 'NULL']
	])('finds an entry that was slipped in %s', async (_, sequence) => {
		const id = uuid();

		await forgeAudit((client) =>
			client.query(
				`INSERT INTO audit_entries (id, actor_kind, action, target_kind, sequence, hash)
				 VALUES ($1, 'system', 'idea.delete', 'idea', ${sequence}, repeat('b', 64))`,
				[id]
			)
		);

		expect((await verify()).fault).toMatchObject({ kind: 'extra', id });
	});

	test('finds two entries that changed places', async () => {
		await forgeAudit((client) =>
			client.query(`
				UPDATE audit_entries SET sequence = 0 WHERE sequence = 2;
				UPDATE audit_entries SET sequence = 2 WHERE sequence = 3;
				UPDATE audit_entries SET sequence = 3 WHERE sequence = 0`)
		);

		expect((await verify()).fault).toMatchObject({ kind: 'altered', sequence: 2 });
	});

	test('finds a chain that was cut off, by the segments', async () => {
		await forgeAudit((client) => client.query('DELETE FROM audit_entries WHERE sequence > 8'));

		expect((await verify()).fault).toEqual({ kind: 'missing', sequence: 9 });
	});

	test('finds a chain that was cut off with its segment, by a head that was noted', async () => {
		const { head } = await verify();

		await forgeAudit((client) =>
			client.query(`
				DELETE FROM audit_entries WHERE sequence > 6;
				DELETE FROM audit_segments WHERE first_sequence > 6`)
		);

		expect((await verify()).fault).toBeUndefined();
		expect((await verify(head.hash)).fault).toEqual({ kind: 'notInChain' });
	});

	test('takes a head that was noted before more was sealed', async () => {
		const { head } = await verify();
		await seedAudit({ count: 3 });
		await sealAudit();

		expect((await verify(head.hash)).fault).toBeUndefined();
		expect((await verify(GENESIS)).fault).toBeUndefined();
	});

	test.each([
		['hash', `hash = repeat('c', 64)`, 1],
		['previous hash', `previous_hash = repeat('c', 64)`, 1],
		['last entry’s hash', `entries_hash = repeat('c', 64)`, 1],
		['time', `last_at = '2020-01-01'`, 1],
		['end', `last_sequence = 5, entries = 5`, 1],
		['drop', `dropped_at = now()`, 1],
		['drop and time', `dropped_at = now(), last_at = '2020-01-01'`, 7]
	])('finds a segment whose %s was edited', async (_, change, first) => {
		await forgeAudit((client) =>
			client.query(`UPDATE audit_segments SET ${change} WHERE first_sequence = $1`, [first])
		);

		expect((await verify()).fault?.kind).toMatch(/segment|droppedEarly/);
	});

	test.each([
		['a time long ago', `dropped_at = now(), last_at = '2020-01-01'`, 'segmentAltered'],
		['a drop that is to come', `dropped_at = '2100-01-01'`, 'droppedEarly'],
		['the day it was dropped', `dropped_at = now()`, 'droppedEarly']
	])('finds entries that were erased under %s', async (_, change, kind) => {
		await forgeAudit((client) =>
			client.query(`
				UPDATE audit_segments SET ${change} WHERE first_sequence = 1;
				DELETE FROM audit_entries WHERE sequence <= 6`)
		);

		expect((await verify()).fault).toEqual({ kind, sequence: 1 });
	});

	test('finds them also when the segment’s hash was computed anew', async () => {
		const segment = await db.auditSegment.findFirstOrThrow({ where: { firstSequence: 1 } });
		const lastAt = new Date('2020-01-01');
		const hash = segmentHash({ ...segment, lastAt });

		await forgeAudit(async (client) => {
			await client.query('DELETE FROM audit_entries WHERE sequence <= 6');
			await client.query(
				`UPDATE audit_segments SET dropped_at = now(), last_at = $1, hash = $2 WHERE first_sequence = 1`,
				[lastAt, hash]
			);
			await client.query(`UPDATE audit_segments SET previous_hash = $1 WHERE first_sequence = 7`, [
				hash
			]);
		});

		expect((await verify()).fault).toMatchObject({ kind: 'altered', sequence: 7 });
	});

	test('finds a last segment whose time and hash were written anew', async () => {
		const segment = await db.auditSegment.findFirstOrThrow({ where: { firstSequence: 7 } });
		const lastAt = new Date('2020-01-01');

		await forgeAudit((client) =>
			client.query(`UPDATE audit_segments SET last_at = $1, hash = $2 WHERE first_sequence = 7`, [
				lastAt,
				segmentHash({ ...segment, lastAt })
			])
		);

		expect((await verify()).fault).toEqual({ kind: 'segmentAltered', sequence: 7 });
	});

	test('finds a segment that is missing', async () => {
		await forgeAudit((client) =>
			client.query('DELETE FROM audit_segments WHERE first_sequence = 1')
		);

		expect((await verify()).fault).toEqual({ kind: 'segmentMissing', sequence: 1 });
	});

	test('warns of entries that nobody seals', async () => {
		await seedAudit({ count: 2, from: new Date(Date.now() - 11 * 60_000) });
		await seedAudit({ count: 2, from: new Date() });

		expect(await verify()).toMatchObject({ late: 2 });
	});
});

describe('the retention', () => {
	const longAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

	test('is as long in the database as in the program', async () => {
		const functions = await db.$queryRaw<{ source: string }[]>`
			SELECT prosrc AS source FROM pg_proc
			WHERE proname IN ('refuse_audit_change', 'drop_audit_segment')`;

		expect(functions).toHaveLength(2);
		for (const { source } of functions) {
			expect(source).toContain(`interval '${RETENTION.auditDays} days'`);
		}
	});

	test('drops whole segments that are old enough, and the chain can still be followed', async () => {
		await forgeAudit((client) =>
			client.query('DELETE FROM audit_segments; DELETE FROM audit_entries')
		);
		await seedAudit({ count: 3, from: longAgo(420) });
		await sealAudit();
		await seedAudit({ count: 2, from: longAgo(402) });
		await seedAudit({ count: 2, from: longAgo(399) });
		await sealAudit();

		expect(await purgeAudit(system)).toEqual({ deleted: 3, more: false });

		expect(await purgeAudit(system)).toEqual({ deleted: 0, more: false });
		await sealAudit();
		expect(await verify()).toMatchObject({ entries: 5, segments: 3 });
		expect((await verify()).fault).toBeUndefined();
		const purged = await db.auditEntry.findFirst({ where: { action: 'audit.purge' } });
		expect(purged).toMatchObject({ actorKind: 'system', details: { from: 1, to: 3 } });
	});

	test('finds an entry that came back into a dropped segment', async () => {
		await forgeAudit((client) =>
			client.query('DELETE FROM audit_segments; DELETE FROM audit_entries')
		);
		await seedAudit({ count: 3, from: longAgo(420) });
		await sealAudit();
		const [kept] = await db.auditEntry.findMany({ where: { sequence: 2 } });
		await purgeAudit(system);

		await forgeAudit((client) =>
			client.query(
				`INSERT INTO audit_entries (id, at, actor_kind, action, target_kind, sequence, hash)
				 VALUES ($1, $2, 'system', 'idea.update', 'test', 2, $3)`,
				[kept?.id, kept?.at, kept?.hash]
			)
		);

		expect((await verify()).fault).toMatchObject({ kind: 'extra', sequence: 2 });
	});

	test('does not let a segment go whose time is edited', async () => {
		await forgeAudit((client) =>
			client.query(`UPDATE audit_segments SET last_at = '2020-01-01' WHERE first_sequence = 1`)
		);

		await expect(purgeAudit(system)).rejects.toThrow('append-only');

		expect(await db.auditEntry.count()).toBe(10);
	});
});
