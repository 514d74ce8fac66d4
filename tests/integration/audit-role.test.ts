import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { db } from '$lib/server/db';
import { withRequestContext } from '$lib/server/request-context';
import { listOwnTrail } from '$lib/server/services/audit-trail';
import { purgeAudit, sealAudit } from '$lib/server/services/audit-seal';
import { SNAPSHOT, verifyAudit } from '$lib/server/services/audit-verify';
import { seedAudit } from '#tests/support/audit';
import { createIdeaFor, createPerson } from '#tests/support/factories';

/*
 * The program as the role that docs/operations/audit.md makes. The whole of this file runs as it: the
 * address is changed before anything asks for it.
 */

const ownerUrl = process.env.DATABASE_URL ?? '';
const role = `coda_app_${process.pid}`;

/** The statements that the page tells the owner to run. */
const instructions = () =>
	/```sql\n(CREATE ROLE[^`]+)```/
		.exec(readFileSync(new URL('../../docs/operations/audit.md', import.meta.url), 'utf8'))?.[1]
		?.replaceAll('coda_app', role) ?? '';

async function asOwner(sql: string): Promise<void> {
	const client = new pg.Client(ownerUrl);
	await client.connect();
	await client.query(sql).finally(() => client.end());
}

beforeAll(async () => {
	await seedAudit({ count: 3, from: new Date(Date.now() - 420 * 86_400_000) });
	await asOwner(instructions());
	const url = new URL(ownerUrl);
	[url.username, url.password] = [role, encodeURIComponent('a password of your own')];
	process.env.DATABASE_URL = url.href;
});

afterAll(async () => {
	await db.$disconnect();
	await asOwner(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
});

test('the role of the program is the one that the page makes', async () => {
	const [who] = await db.$queryRaw<{ name: string }[]>`SELECT current_user::text AS name`;

	expect(who?.name).toBe(role);
});

test.each([
	['change an entry', `UPDATE audit_entries SET action = 'idea.create'`],
	['change when it was', `UPDATE audit_entries SET at = now()`],
	['delete an entry', 'DELETE FROM audit_entries'],
	['empty the table', 'TRUNCATE audit_entries'],
	['edit a segment', 'UPDATE audit_segments SET dropped_at = now()'],
	['delete a segment', 'DELETE FROM audit_segments'],
	['silence the trigger', 'ALTER TABLE audit_entries DISABLE TRIGGER USER'],
	['silence all triggers', `SET session_replication_role = replica`],
	['replace the trigger’s function', 'DROP FUNCTION refuse_audit_change() CASCADE']
])('it cannot %s', async (_, sql) => {
	await expect(db.$executeRawUnsafe(sql)).rejects.toThrow(/permission denied|must be owner/);
});

test('it can do everything that the program does: record, seal, read, verify, drop', async () => {
	expect(await sealAudit()).toMatchObject({ sealed: 3 });
	const ada = await createPerson();
	const origin = { address: '203.0.113.7', userAgent: null, place: null };
	await withRequestContext({ requestId: 'test' }, () => createIdeaFor(ada), origin);
	expect(await sealAudit()).toMatchObject({ sealed: 1 });

	const purge = { kind: 'system', task: 'purge-audit', requestId: 'test' } as const;
	expect(await purgeAudit(purge)).toMatchObject({ deleted: 3 });

	expect((await listOwnTrail(ada, {})).entries).toMatchObject([{ origin }]);
	const verdict = await db.$transaction((tx) => verifyAudit(tx), SNAPSHOT);
	expect(verdict).toMatchObject({ entries: 1, segments: 2 });
	expect(verdict.fault).toBeUndefined();
});

test('it drops nothing that is younger than the retention', async () => {
	const [young] = await db.$queryRaw<
		{ dropped: number }[]
	>`SELECT drop_audit_segment(4) AS dropped`;

	expect(young?.dropped).toBe(0);
	expect(await db.auditEntry.count({ where: { sequence: 4 } })).toBe(1);
});
