import { describe, expect, test } from 'vitest';
import { createAdmin, createIdeaFor, createPerson } from '#tests/support/factories';
import { collectStatements } from '#tests/support/statements';
import { db } from '../db';
import { getPerson, listPeople } from './people';
import { deletePerson, disablePerson, enablePerson, endSessions, setRole } from './people-acts';

const signIn = (userId: string) =>
	db.session.create({
		data: { userId, sessionToken: crypto.randomUUID(), expires: new Date(Date.now() + 60_000) }
	});

const trailOf = (personId: string) =>
	db.auditEntry.findMany({ where: { personId }, orderBy: { id: 'asc' } });

const everyone = { query: '', filter: 'all' } as const;

describe('listPeople', () => {
	test('finds by part of the address or name, and takes % and _ for what they are', async () => {
		const admin = await createAdmin();
		const odd = await createPerson('per_cent%sign@example.com');
		await createPerson('perxcentysign@example.com');
		await db.user.update({ where: { id: odd.userId }, data: { name: 'Ada Lovelace' } });

		for (const query of ['r_cent%', 'LOVELACE', odd.userId]) {
			const { people } = await listPeople(admin, { ...everyone, query });
			expect(people.map(({ email }) => email)).toEqual(['per_cent%sign@example.com']);
		}
	});

	test('shows each person once over all pages, in two statements at most', async () => {
		const admin = await createAdmin();
		await db.user.createMany({
			data: Array.from({ length: 120 }, (_, n) => ({ email: `page-${n}@example.com` }))
		});

		const seen: string[] = [];
		let cursor: string | undefined;
		const statements = await collectStatements(async () => {
			do {
				const page = await listPeople(admin, { query: 'page-', filter: 'all', cursor });
				seen.push(...page.people.map(({ id }) => id));
				cursor = page.nextCursor;
			} while (cursor);
		});

		expect(seen).toHaveLength(120);
		expect(new Set(seen).size).toBe(120);
		expect(statements).toHaveLength(3);
	});

	test('counts live ideas and sessions, and filters by standing', async () => {
		const admin = await createAdmin();
		const ada = await createPerson();
		await createIdeaFor(ada);
		await signIn(ada.userId);
		await disablePerson(admin, { id: (await createPerson('out@example.com')).userId });

		const { people } = await listPeople(admin, { ...everyone, query: ada.email });
		const disabled = await listPeople(admin, { query: 'out@', filter: 'disabled' });

		expect(people).toMatchObject([{ ideas: 1, sessions: 1, role: 'user' }]);
		expect(people[0]?.lastSeenAt).toBeInstanceOf(Date);
		expect(disabled.people).toHaveLength(1);
	});
});

describe('getPerson', () => {
	test('shows no secret and no text of the person', async () => {
		const admin = await createAdmin();
		const ada = await createPerson();
		await createIdeaFor(ada, { title: 'Nobody’s business' });
		await db.user.update({ where: { id: ada.userId }, data: { passwordHash: '$argon2id$secret' } });
		await signIn(ada.userId);

		const shown = JSON.stringify(await getPerson(admin, { id: ada.userId }));

		expect(shown).not.toMatch(/argon2id|token|Nobody’s business/);
	});

	test('finds nobody under an unknown id', async () => {
		const admin = await createAdmin();

		await expect(getPerson(admin, { id: crypto.randomUUID() })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
	});
});

describe('what an admin does to an account', () => {
	test('ends one session or all, and stands in the person’s own trail', async () => {
		const admin = await createAdmin();
		const { userId: id } = await createPerson();
		const [first] = [await signIn(id), await signIn(id), await signIn(id)];

		expect(await endSessions(admin, { id, sessionId: first.id })).toEqual({ ended: 1 });
		expect(await endSessions(admin, { id })).toEqual({ ended: 2 });

		expect(await trailOf(id)).toMatchObject([
			{ action: 'session.end', actorId: admin.userId, details: { ended: 1 } },
			{ action: 'session.end', actorId: admin.userId, details: { ended: 2 } }
		]);
	});

	test('does not end a session by another person’s id', async () => {
		const admin = await createAdmin();
		const [ada, bob] = [await createPerson(), await createPerson()];
		const session = await signIn(ada.userId);

		await expect(
			endSessions(admin, { id: bob.userId, sessionId: session.id })
		).rejects.toMatchObject({ code: 'NOT_FOUND' });
		expect(await db.session.count({ where: { id: session.id } })).toBe(1);
	});

	test('disables with every session, once, and enables again', async () => {
		const admin = await createAdmin();
		const { userId: id } = await createPerson();
		await signIn(id);

		await disablePerson(admin, { id });
		await disablePerson(admin, { id });
		expect(await db.session.count({ where: { userId: id } })).toBe(0);
		await enablePerson(admin, { id });

		expect(await db.user.findUnique({ where: { id } })).toMatchObject({ disabledAt: null });
		expect((await trailOf(id)).map(({ action }) => action)).toEqual([
			'account.disable',
			'account.enable'
		]);
	});

	test('gives and takes the admin role', async () => {
		const admin = await createAdmin();
		const { userId: id } = await createPerson();

		await setRole(admin, { id, role: 'admin' });
		expect(await db.user.findUnique({ where: { id } })).toMatchObject({ role: 'admin' });
		await setRole(admin, { id, role: 'user' });

		expect(await trailOf(id)).toMatchObject([
			{ action: 'account.role', details: { role: 'admin' }, changed: ['role'] },
			{ action: 'account.role', details: { role: 'user' } }
		]);
	});

	test('deletes only with the address typed, and leaves the grace', async () => {
		const admin = await createAdmin();
		const { userId: id, email } = await createPerson();
		await signIn(id);

		await expect(deletePerson(admin, { id, email: 'other@example.com' })).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { fields: { email: [expect.any(String)] } }
		});
		const { deleteAfter } = await deletePerson(admin, { id, email });

		const days = (deleteAfter.valueOf() - Date.now()) / 86_400_000;
		expect(days).toBeCloseTo(7, 1);
		expect(await db.session.count({ where: { userId: id } })).toBe(0);
		expect(await db.user.count({ where: { id } })).toBe(1);
	});

	test('is refused on oneself', async () => {
		const admin = await createAdmin();
		const self = { id: admin.userId };

		for (const act of [
			() => disablePerson(admin, self),
			() => setRole(admin, { ...self, role: 'user' }),
			() => deletePerson(admin, { ...self, email: admin.email })
		]) {
			await expect(act()).rejects.toMatchObject({ code: 'FORBIDDEN' });
		}
	});

	test('finds nobody under an unknown id', async () => {
		const admin = await createAdmin();
		const id = crypto.randomUUID();

		for (const act of [
			() => endSessions(admin, { id }),
			() => disablePerson(admin, { id }),
			() => enablePerson(admin, { id }),
			() => setRole(admin, { id, role: 'admin' }),
			() => deletePerson(admin, { id, email: 'a@example.com' })
		]) {
			await expect(act()).rejects.toMatchObject({ code: 'NOT_FOUND' });
		}
	});
});
