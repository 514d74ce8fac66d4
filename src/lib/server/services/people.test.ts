import { describe, expect, test } from 'vitest';
import { createAdmin, createIdeaFor, createPerson } from '#tests/support/factories';
import { mailsTo } from '#tests/support/mails';
import { collectStatements } from '#tests/support/statements';
import { createEmailLink } from '../auth/email-links';
import { db } from '../db';
import { getPerson, listPeople } from './people';
import {
	deletePerson,
	disablePerson,
	enablePerson,
	endSessions,
	exportPerson,
	setRole
} from './people-acts';

const signIn = (userId: string) =>
	db.session.create({
		data: { userId, sessionToken: crypto.randomUUID(), expires: new Date(Date.now() + 60_000) }
	});

type Admin = Awaited<ReturnType<typeof createAdmin>>;

const trailOf = (personId: string) =>
	db.auditEntry.findMany({ where: { personId }, orderBy: { id: 'asc' } });

const origin = 'https://coda.test';

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

	test('knows whether there is a password, also after one was removed', async () => {
		const admin = await createAdmin();
		const { userId: id } = await createPerson();
		const passwordChangedAt = new Date();

		await db.user.update({ where: { id }, data: { passwordHash: 'a hash', passwordChangedAt } });
		expect(await getPerson(admin, { id })).toMatchObject({ hasPassword: true });
		await db.user.update({ where: { id }, data: { passwordHash: null } });
		expect(await getPerson(admin, { id })).toMatchObject({ hasPassword: false });
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

		await expect(
			deletePerson(admin, { id, email: 'other@example.com', origin })
		).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { fields: { email: [expect.any(String)] } }
		});
		const { deleteAfter } = await deletePerson(admin, { id, email, origin });

		const days = (deleteAfter.valueOf() - Date.now()) / 86_400_000;
		expect(days).toBeCloseTo(7, 1);
		expect(await db.session.count({ where: { userId: id } })).toBe(0);
		expect(await db.user.count({ where: { id } })).toBe(1);
	});

	test('deletes with a mail that says who asked, without a way back by an old link, and once', async () => {
		const admin = await createAdmin();
		const { userId: id, email } = await createPerson();
		await db.$transaction((tx) => createEmailLink(tx, { purpose: 'sign_in', email }));

		const first = await deletePerson(admin, { id, email, origin });
		const again = await deletePerson(admin, { id, email, origin });

		const mails = await mailsTo(email);
		expect(mails).toHaveLength(1);
		expect(mails[0]?.text).toContain(`An administrator asked to delete the account ${email}.`);
		expect(mails[0]?.text).not.toContain('If you did not ask for it');
		expect(mails[0]?.text).toContain(`${origin}/sign-in`);
		expect(await db.emailLink.count({ where: { email, usedAt: null } })).toBe(0);
		expect(again).toEqual(first);
		expect(await trailOf(id)).toMatchObject([
			{ action: 'account.requestDeletion', actorId: admin.userId }
		]);
	});

	test('says when an account really goes, where it was leaving already', async () => {
		const admin = await createAdmin();
		const { userId: id, email } = await createPerson();
		const deleteAfter = new Date(Date.now() + 86_400_000);
		await db.user.update({ where: { id }, data: { deleteAfter } });

		expect(await deletePerson(admin, { id, email, origin })).toEqual({ id, deleteAfter });
	});

	test('does not enable an account whose grace is over: half of it may be gone', async () => {
		const admin = await createAdmin();
		const { userId: id } = await createPerson();
		const disabledAt = new Date();
		const leaves = (inMs: number) =>
			db.user.update({
				where: { id },
				data: { disabledAt, deleteAfter: new Date(Date.now() + inMs) }
			});

		await leaves(-1_000);
		await expect(enablePerson(admin, { id })).rejects.toMatchObject({
			code: 'CONFLICT',
			cause: { reason: 'person.graceOver' }
		});
		expect(await getPerson(admin, { id })).toMatchObject({ disabledAt, isGraceOver: true });
		await leaves(60_000);
		await enablePerson(admin, { id });
		expect(await getPerson(admin, { id })).toMatchObject({ disabledAt: null, isGraceOver: false });
	});

	test('downloads everything about a person, and it stands in their own trail', async () => {
		const admin = await createAdmin();
		const ada = await createPerson();
		await createIdeaFor(ada, { title: 'Engine' });
		await createIdeaFor(admin, { title: 'The admin’s own' });

		let text = '';
		for await (const piece of await exportPerson(admin, { id: ada.userId })) text += piece;

		expect(JSON.parse(text)).toMatchObject({
			account: { id: ada.userId, email: ada.email },
			ideas: [{ title: 'Engine' }],
			activity: [
				{ action: 'account.export', by: 'admin' },
				{ action: 'idea.create', by: 'you' }
			],
			complete: true
		});
		for (const theirs of [admin.email, 'The admin’s own']) {
			expect(text).not.toContain(theirs);
		}
		expect((await trailOf(ada.userId)).at(-1)).toMatchObject({
			action: 'account.export',
			actorId: admin.userId,
			targetId: ada.userId,
			details: { format: 'json' }
		});
	});

	test('leaves one of two admins who remove each other at the same moment', async () => {
		const acts = [
			(admin: Admin, { userId: id }: Admin) => setRole(admin, { id, role: 'user' }),
			(admin: Admin, { userId: id }: Admin) => disablePerson(admin, { id }),
			(admin: Admin, { userId: id, email }: Admin) => deletePerson(admin, { id, email, origin })
		];
		for (const act of acts) {
			for (let round = 0; round < 5; round += 1) {
				const [ada, bob] = [await createAdmin(), await createAdmin()];

				const answers = await Promise.allSettled([act(ada, bob), act(bob, ada)]);

				expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
				expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
					reason: { code: 'NOT_FOUND' }
				});
				const left = { role: 'admin', disabledAt: null, deleteAfter: null } as const;
				const ids = [ada.userId, bob.userId];
				expect(await db.user.count({ where: { id: { in: ids }, ...left } })).toBe(1);
			}
		}
	});

	test('is refused on oneself', async () => {
		const admin = await createAdmin();
		const self = { id: admin.userId };

		for (const act of [
			() => disablePerson(admin, self),
			() => setRole(admin, { ...self, role: 'user' }),
			() => deletePerson(admin, { ...self, email: admin.email, origin })
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
			() => deletePerson(admin, { id, email: 'a@example.com', origin }),
			() => exportPerson(admin, { id })
		]) {
			await expect(act()).rejects.toMatchObject({ code: 'NOT_FOUND' });
		}
	});
});
