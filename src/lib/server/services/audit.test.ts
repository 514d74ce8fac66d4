import { describe, expect, test } from 'vitest';
import type { AuditAction } from '$lib/audit-words';
import { AuditFilter } from '$lib/schemas/audit';
import { createAdmin, createIdeaFor, createPerson } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { env } from '../env';
import { withRequestContext, type RequestOrigin } from '../request-context';
import type { Actor } from './actor';
import { recordAudit } from './audit';
import { resealKeys } from './audit-keys';
import { exportAuditPage, listAudit, startAuditExport } from './audit-log';
import { exportOwnTrail, listOwnTrail } from './audit-trail';
import { updateIdea } from './ideas';
import { endSessions } from './people-acts';
import { starIdea } from './stars';
import { deleteIdea } from './trash';

const ORIGIN: RequestOrigin = {
	address: '203.0.113.7',
	userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0.0.0 Safari/537.36',
	place: 'Leipzig, DE'
};
const EVERYTHING = AuditFilter.parse({});

/** Does something as a request from `origin` does it. */
const from = <T>(origin: RequestOrigin, work: () => Promise<T>) =>
	withRequestContext({ requestId: 'test' }, work, origin);

const record = (actor: Actor, action: AuditAction = 'idea.update') =>
	db.$transaction((tx) => recordAudit(tx, actor, { action, targetKind: 'test', targetId: null }));

const newest = (personId: string) =>
	db.auditEntry.findFirstOrThrow({ where: { personId }, orderBy: { id: 'desc' } });

describe('an entry', () => {
	test('says who did what to which thing, from where and when', async () => {
		const ada = await createPerson();
		const admin = await createAdmin();
		const { id } = await createIdeaFor(ada);

		await from(ORIGIN, () => deleteIdea(ada, { id }));

		const { entries } = await listAudit(admin, { ...EVERYTHING, actor: ada.email });
		expect(entries[0]).toMatchObject({
			actorKind: 'person',
			actorId: ada.userId,
			action: 'idea.delete',
			targetKind: 'idea',
			targetId: id,
			outcome: 'done',
			requestId: ada.requestId,
			origin: ORIGIN
		});
		expect(Date.now() - (entries[0]?.at.valueOf() ?? 0)).toBeLessThan(60_000);
	});

	test('names the format of an export, and which filters were used, but not their values', async () => {
		const admin = await createAdmin();

		await from(ORIGIN, () =>
			startAuditExport(admin, { ...EVERYTHING, actor: 'ada@example.com', format: 'json' })
		);

		const { entries } = await listAudit(admin, { ...EVERYTHING, action: 'audit.export' });
		expect(entries[0]).toMatchObject({
			actorId: admin.userId,
			details: { format: 'json', filters: 'actor' },
			origin: ORIGIN
		});
	});

	test('holds what is personal in no form that can be read', async () => {
		const ada = await createPerson();

		await from(ORIGIN, () => record(ada));

		const row = JSON.stringify(await newest(ada.userId));
		expect(row).not.toContain('203.0.113');
		expect(row).not.toContain('Chrome');
		expect(row).not.toContain('Leipzig');
	});

	test('names the person of an act through a token, whose trail it stands in', async () => {
		const { userId } = await createPerson();
		const token = { kind: 'token', userId, tokenId: 'token-1', requestId: 'test' } as const;

		await from(ORIGIN, () => record(token));

		expect(await newest(userId)).toMatchObject({ actorKind: 'token', actorId: 'token-1' });
		const { entries } = await listOwnTrail(token, {});
		expect(entries[0]).toMatchObject({ by: 'program', origin: ORIGIN });
	});

	test('of the system has no person and no place', async () => {
		await from(ORIGIN, () =>
			record({ kind: 'system', task: 'purge', requestId: 'test' }, 'idea.purge')
		);

		const row = await db.auditEntry.findFirstOrThrow({ where: { action: 'idea.purge' } });
		expect(row).toMatchObject({ personId: null, personal: null, keyOf: null });
	});
});

describe('the key of a person', () => {
	test('is made once, also by first acts at the same time', async () => {
		const ada = await createPerson();
		const ideas = await Promise.all(
			Array.from({ length: 6 }, () => createIdeaFor(ada, { title: 'Engine' }))
		);

		const acts = await from(ORIGIN, () =>
			Promise.allSettled(
				ideas.flatMap(({ id }, n) => [
					updateIdea(ada, { id, version: 1, title: 'Changed' }),
					starIdea(ada, { id, star: 'star' }),
					n % 2 ? deleteIdea(ada, { id }) : createIdeaFor(ada)
				])
			)
		);

		// What came after its idea was deleted is refused; nothing else fails, and nothing waits for ever.
		for (const act of acts) {
			if (act.status === 'rejected') expect(act.reason).toMatchObject({ code: 'NOT_FOUND' });
		}
		expect(await db.auditKey.count({ where: { userId: ada.userId } })).toBe(1);
		const { entries } = await listOwnTrail(ada, {});
		const withPlace = entries.filter(({ origin }) => origin?.address === ORIGIN.address);
		expect(withPlace.length).toBeGreaterThanOrEqual(6);
	});

	test('costs a statement at first, and later none', async () => {
		const ada = await createPerson();
		const act = () => from(ORIGIN, () => record(ada));

		const first = await countStatements(act);
		await act();
		const later = await countStatements(act);

		expect(later).toBe(await countStatements(() => record(ada)));
		expect(first).toBe(later + 1);
	});

	test('is not remembered when its transaction is rolled back', async () => {
		const ada = await createPerson();
		const failing = from(ORIGIN, () =>
			db.$transaction(async (tx) => {
				await recordAudit(tx, ada, { action: 'idea.update', targetKind: 'test', targetId: null });
				await recordAudit(tx, ada, { action: 'idea.update', targetKind: 'test', targetId: null });
				throw new Error('changed my mind');
			})
		);
		await expect(failing).rejects.toThrow('changed my mind');

		await from(ORIGIN, () => record(ada));

		const { entries } = await listOwnTrail(ada, {});
		expect(entries).toMatchObject([{ action: 'idea.update', origin: ORIGIN }]);
	});

	test('can be made for an account that is made in the same transaction', async () => {
		const userId = '019ab000-0000-7000-8000-000000000001';
		const actor = { kind: 'person', userId, requestId: 'test' } as const;

		await from(ORIGIN, () =>
			db.$transaction(async (tx) => {
				await tx.user.create({ data: { id: userId, email: 'new@example.com' } });
				await recordAudit(tx, actor, { action: 'idea.update', targetKind: 'test', targetId: null });
			})
		);

		expect((await listOwnTrail(actor, {})).entries[0]?.origin).toEqual(ORIGIN);
	});

	test('goes with the account: then nobody reads where it was used, and the entries stay', async () => {
		const [ada, admin] = [await createPerson(), await createAdmin()];
		await from(ORIGIN, () => record(ada));
		await from(ORIGIN, () => record(ada));

		await db.user.delete({ where: { id: ada.userId } });
		await from(ORIGIN, () => record(ada));

		const { entries } = await listAudit(admin, { ...EVERYTHING, actor: ada.userId });
		expect(entries.map(({ origin }) => origin)).toEqual(['erased', 'erased', 'erased']);
	});

	test('is sealed with AUTH_SECRET again after that was replaced, so that the old one can go', async () => {
		const ada = await createPerson();
		await from(ORIGIN, () => record(ada));
		const { AUTH_SECRET: old } = env();
		const placeOfFirst = async () => (await listOwnTrail(ada, {})).entries.at(-1)?.origin;
		try {
			Object.assign(env(), { AUTH_SECRET: 'another-'.repeat(6), AUTH_SECRET_1: old });
			expect(await placeOfFirst()).toEqual(ORIGIN);

			expect(await resealKeys()).toBe(await db.auditKey.count());

			expect(await resealKeys()).toBe(0);
			Object.assign(env(), { AUTH_SECRET_1: undefined });
			expect(await placeOfFirst()).toEqual(ORIGIN);
			Object.assign(env(), { AUTH_SECRET: old });
			expect(await placeOfFirst()).toBeUndefined();
		} finally {
			Object.assign(env(), { AUTH_SECRET: old, AUTH_SECRET_1: undefined });
			await db.auditKey.deleteMany();
		}
	});

	test('that no secret opens keeps nobody from doing things', async () => {
		const ada = await createPerson();
		await db.auditKey.create({ data: { userId: ada.userId, key: 'sealed with a lost secret' } });

		await from(ORIGIN, () => record(ada));

		expect((await listOwnTrail(ada, {})).entries).toMatchObject([{ origin: undefined }]);
	});

	test('reads nothing that was moved to another entry', async () => {
		const ada = await createPerson();
		await from(ORIGIN, () => record(ada));
		const { personal } = await newest(ada.userId);

		await db.auditEntry.create({
			data: {
				actorKind: 'person',
				actorId: ada.userId,
				personId: ada.userId,
				action: 'test.copied',
				targetKind: 'test',
				personal,
				keyOf: ada.userId
			}
		});

		const { entries } = await listOwnTrail(ada, {});
		expect(entries.find(({ action }) => action === 'test.copied')?.origin).toBeUndefined();
	});
});

describe('a person’s own trail', () => {
	test('has what they did and what an admin did to them, without the admin’s place', async () => {
		const [ada, bob, admin] = [await createPerson(), await createPerson(), await createAdmin()];
		await from(ORIGIN, () => createIdeaFor(ada, { title: 'Analytical engine' }));
		await from(ORIGIN, () => createIdeaFor(bob, { title: 'Not hers' }));

		await from({ ...ORIGIN, address: '198.51.100.9' }, () =>
			endSessions(admin, { id: ada.userId })
		);

		const { entries } = await listOwnTrail(ada, {});
		expect(entries).toMatchObject([
			{ action: 'session.end', by: 'admin', origin: undefined },
			{
				action: 'idea.create',
				by: 'you',
				origin: ORIGIN,
				title: 'Analytical engine',
				isInTrash: false
			}
		]);
	});

	test('comes in pages that lose and repeat nothing, also where times are equal', async () => {
		const ada = await createPerson();
		const at = new Date();
		await db.auditEntry.createMany({
			data: Array.from({ length: 120 }, (_, n) => ({
				at,
				actorKind: 'person' as const,
				actorId: ada.userId,
				personId: ada.userId,
				action: `test.${n}`,
				targetKind: 'test'
			}))
		});

		const seen: string[] = [];
		let cursor: string | undefined;
		do {
			const page = await listOwnTrail(ada, { cursor });
			seen.push(...page.entries.map(({ action }) => action));
			cursor = page.nextCursor;
		} while (cursor);

		expect(seen).toHaveLength(120);
		expect(new Set(seen).size).toBe(120);
		expect((await exportOwnTrail(ada)).entries).toHaveLength(120);
	});

	test('refuses a cursor of something else', async () => {
		await expect(listOwnTrail(await createPerson(), { cursor: 'x' })).rejects.toMatchObject({
			code: 'BAD_REQUEST'
		});
	});
});

describe('the audit for admins', () => {
	test('is found by action, actor, target, outcome, day and request', async () => {
		const [ada, admin] = [await createPerson(), await createAdmin()];
		const { id } = await createIdeaFor(ada);
		await db.$transaction((tx) =>
			recordAudit(tx, ada, {
				action: 'session.refuse',
				targetKind: 'user',
				targetId: ada.userId,
				outcome: 'refused'
			})
		);
		const find = async (filter: object) => {
			const { entries } = await listAudit(admin, { ...EVERYTHING, actor: ada.userId, ...filter });
			return entries.map(({ action }) => action);
		};
		const today = new Date().toISOString().slice(0, 10);

		expect(await find({})).toEqual(['session.refuse', 'idea.create']);
		expect(await find({ action: 'idea.' })).toEqual(['idea.create']);
		expect(await find({ action: '%' })).toEqual([]);
		expect(await find({ target: id })).toEqual(['idea.create']);
		expect(await find({ target: ada.email.toUpperCase() })).toEqual(['session.refuse']);
		expect(await find({ outcome: 'refused' })).toEqual(['session.refuse']);
		expect(await find({ request: ada.requestId })).toHaveLength(2);
		expect(await find({ request: 'another' })).toEqual([]);
		expect(await find({ from: today, to: today })).toHaveLength(2);
		expect(await find({ to: '2020-01-01' })).toEqual([]);
		expect(await find({ actor: 'nobody@example.com' })).toEqual([]);
	});

	test('shows forged entries, too: they hide nothing', async () => {
		const [ada, admin] = [await createPerson(), await createAdmin()];
		await createIdeaFor(ada);
		await db.$executeRaw`
			INSERT INTO audit_entries (id, actor_kind, actor_id, person_id, action, target_kind, target_id)
			VALUES (gen_random_uuid(), 'person', 'no id', ${ada.userId}::uuid, 'idea.purge', 'idea', 'no id')`;

		const { entries } = await listAudit(admin, EVERYTHING);
		const own = await listOwnTrail(ada, {});

		expect(entries[0]).toMatchObject({ actorId: 'no id', actorEmail: null, changed: [] });
		expect(own.entries.map(({ action }) => action)).toEqual(['idea.purge', 'idea.create']);
	});

	test('is one statement, for a page and for a piece of an export', async () => {
		const admin = await createAdmin();

		expect(await countStatements(() => listAudit(admin, EVERYTHING))).toBe(1);
		expect(await countStatements(() => exportAuditPage(admin, EVERYTHING))).toBe(1);
	});
});
