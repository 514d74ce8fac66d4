import { v4 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { openBrowser } from '#tests/support/browser';
import {
	createFeatureFor,
	createIdeaFor,
	createPerson,
	createSessionFor,
	shareIdea
} from '#tests/support/factories';
import { mailsTo, tokenFor } from '#tests/support/mails';
import { deleteAccounts } from '../tasks/delete-accounts';
import { confirmSignIn, requestSignInLink } from '../auth/sign-in';
import { requestSignUp } from '../auth/sign-up';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { deleteDueAccounts } from './account-deletion';
import { requestDeletion } from './accounts';
import type { Actor, PersonalActor } from './actor';
import { UNHURRIED } from './batches';
import { confirmEmailChange, requestEmailChange } from './email-changes';
import { starIdea } from './stars';

const origin = 'https://coda.test';
const clock: Actor = { kind: 'system', task: 'delete-accounts', requestId: 'test-clock' };
const DAY_MS = 86_400_000;

type Person = PersonalActor & { email: string };

const leave = (person: Person) => requestDeletion(person, { email: person.email, origin });

/** Lets the grace of an account be over. */
const endGrace = ({ userId }: PersonalActor) =>
	db.user.update({ where: { id: userId }, data: { deleteAfter: new Date(Date.now() - 1_000) } });

const isThere = async ({ userId }: PersonalActor) =>
	(await db.user.count({ where: { id: userId } })) === 1;

async function signInByMail(email: string): Promise<string> {
	const browser = openBrowser();
	await browser.visit((event) => requestSignInLink(event, { email, callbackUrl: '/ideas' }));
	const token = await tokenFor(email);
	return browser.visit((event) => confirmSignIn(event, token));
}

/** Gives a person something in every table that knows people. */
async function fill(person: Person): Promise<void> {
	const { userId, email } = person;
	const idea = await createIdeaFor(person, { title: 'Engine' });
	const feature = await createFeatureFor(person, idea.id);
	await db.revision.create({
		data: { ideaId: idea.id, featureId: feature.id, userId, version: 1, content: {} }
	});
	await starIdea(person, { id: idea.id, star: 'star' });
	await createSessionFor(person);
	await db.browser.create({ data: { userId, tokenHash: uuid() } });
	await db.emailLink.create({
		data: { purpose: 'sign_in', email, tokenHash: uuid(), expiresAt: new Date() }
	});
	await db.signInToken.create({
		data: { email, tokenHash: uuid(), callbackUrl: '/', expiresAt: new Date() }
	});
	await db.consent.create({ data: { userId, document: 'terms', version: '1' } });
	await db.auditKey.upsert({ where: { userId }, create: { userId, key: 'sealed' }, update: {} });
	await db.announcementAck.create({ data: { userId, announcementId: uuid() } });
	await db.problemReport.create({ data: { userId, text: 'x', page: '/', release: 'x' } });
	await db.outboxMessage.create({ data: { kind: 'mail', state: 'sent', recipient: email } });
	await db.pairing.create({
		data: {
			userId,
			name: 'x',
			deviceCodeHash: uuid(),
			userCodeHash: uuid(),
			expiresAt: new Date()
		}
	});
	await db.taskRun.create({ data: { task: 'x', trigger: 'manual', startedBy: userId } });
	await db.switch.create({ data: { name: uuid(), value: true, setBy: `person:${userId}` } });
}

/** Gives a person another address, by the link that was sent there; the former one is told. */
async function moveTo(person: Person, email: string): Promise<Person> {
	await requestEmailChange(person, { email, origin });
	await confirmEmailChange(person, { token: await tokenFor(email) });
	await drainDeferred();
	return { ...person, email };
}

/** Every table with a value of it that says who somebody is: ids and addresses, wherever they stand. */
async function traces(...values: string[]): Promise<string[]> {
	const tables = await db.$queryRaw<{ name: string }[]>`
		SELECT table_name AS name FROM information_schema.tables
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\_prisma%'`;
	const found: string[] = [];
	for (const { name } of tables) {
		const rows = await db.$queryRawUnsafe<unknown[]>(
			`SELECT 1 FROM "${name}" AS t WHERE ${values.map((_, n) => `strpos(to_jsonb(t)::text, $${n + 1}) > 0`).join(' OR ')} LIMIT 1`,
			...values
		);
		if (rows.length > 0) found.push(name);
	}
	return found.sort();
}

describe('asking for the deletion of an account', () => {
	test('signs every browser out and says by mail when it goes and how to keep it', async () => {
		const ada = await createPerson();
		await createSessionFor(ada);
		await createSessionFor(ada);

		const { deleteAfter } = await leave(ada);

		const inDays = (deleteAfter.valueOf() - Date.now()) / DAY_MS;
		expect(inDays).toBeGreaterThan(6.99);
		expect(inDays).toBeLessThanOrEqual(7);
		expect(await db.session.count({ where: { userId: ada.userId } })).toBe(0);
		const [mail] = await mailsTo(ada.email);
		expect(mail?.subject).toBe('Your Coda account will be deleted');
		expect(mail?.text).toContain(`${origin}/sign-in`);
	});

	test('asks for the address, typed', async () => {
		const ada = await createPerson();
		await createSessionFor(ada);

		await expect(
			requestDeletion(ada, { email: 'ada@elsewhere.example', origin })
		).rejects.toMatchObject({ cause: { fields: { email: [expect.any(String)] } } });

		expect(await db.session.count({ where: { userId: ada.userId } })).toBe(1);
	});

	test('a second time moves nothing and sends nothing', async () => {
		const ada = await createPerson();
		const first = await leave(ada);

		const again = await leave(ada);

		expect(again).toEqual(first);
		expect(await mailsTo(ada.email)).toHaveLength(1);
	});
});

describe('the grace', () => {
	test('keeps everything as it is', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada);
		await leave(ada);

		await deleteAccounts(clock, UNHURRIED);

		expect(await isThere(ada)).toBe(true);
		expect(await db.idea.count({ where: { ownerId: ada.userId } })).toBe(1);
	});

	test('ends with a sign-in, which takes the deletion back', async () => {
		const ada = await createPerson();
		await leave(ada);

		expect(await signInByMail(ada.email)).toContain('/sign-in/kept');

		await endGraceUnlessKept(ada);
		await deleteAccounts(clock, UNHURRIED);
		expect(await isThere(ada)).toBe(true);
		expect((await mailsTo(ada.email))[0]?.subject).toBe('Your Coda account stays');
	});

	test('lets nobody open a second account with the address', async () => {
		const ada = await createPerson();
		await leave(ada);

		await openBrowser().visit((event) =>
			requestSignUp(event, {
				email: ada.email,
				password: 'a long password of another',
				callbackUrl: '/ideas'
			})
		);
		await signInByMail(ada.email);

		expect(await db.user.findMany({ where: { email: ada.email }, select: { id: true } })).toEqual([
			{ id: ada.userId }
		]);
	});
});

/** The time goes by; an account that was kept has no time any more. */
const endGraceUnlessKept = ({ userId }: PersonalActor) =>
	db.user.updateMany({
		where: { id: userId, deleteAfter: { not: null } },
		data: { deleteAfter: new Date(Date.now() - 1_000) }
	});

describe('deleteDueAccounts', () => {
	test('leaves nothing of the person but who acted in the trail, and nothing of others goes', async () => {
		const [formerly, bob] = [await createPerson(), await createPerson()];
		await fill(formerly);
		await fill(bob);
		const ada = await moveTo(formerly, `${uuid()}@example.com`);
		const his = await createIdeaFor(bob, { title: 'His' });
		await shareIdea(his.id, ada, 'editor');
		await db.mailSuppression.create({ data: { email: ada.email, reason: 'bounced' } });
		const before = await traces(bob.userId, bob.email);
		await leave(ada);
		await endGrace(ada);

		const result = await deleteAccounts(clock, UNHURRIED);

		expect(result).toEqual({ deleted: 2, counts: { accounts: 1, ideas: 1 }, more: false });
		expect(await traces(ada.userId, ada.email, formerly.email)).toEqual([
			'audit_entries',
			'mail_suppressions'
		]);
		expect(await traces(bob.userId, bob.email)).toEqual(before);
		expect(await db.idea.count({ where: { id: his.id } })).toBe(1);
		expect(
			await db.auditEntry.findMany({ where: { action: 'account.delete', targetId: ada.userId } })
		).toMatchObject([{ actorKind: 'system', actorId: 'delete-accounts' }]);
	});

	test('goes on after it was killed in the middle, and until then nobody gets in', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada);
		await leave(ada);
		await endGrace(ada);
		await db.$executeRawUnsafe(
			`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
			 $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN OLD; END $$`
		);
		await db.$executeRawUnsafe(
			'CREATE TRIGGER die BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION die()'
		);

		await expect(deleteDueAccounts(clock, UNHURRIED)).rejects.toThrow();

		expect(await db.idea.count({ where: { ownerId: ada.userId } })).toBe(0);
		expect(await isThere(ada)).toBe(true);
		await expect(signInByMail(ada.email)).rejects.toMatchObject({
			cause: { reason: 'signIn.disabled' }
		});

		await db.$executeRawUnsafe('DROP TRIGGER die ON users');
		expect(await deleteDueAccounts(clock, UNHURRIED)).toMatchObject({ accounts: 1, more: false });
		expect(await isThere(ada)).toBe(false);
	});

	test('stops between two steps when the time is up, and says that there is more', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada);
		await leave(ada);
		await endGrace(ada);
		let steps = 0;

		const first = await deleteDueAccounts(clock, { hasTime: () => (steps += 1) < 2 });

		expect(first).toEqual({ accounts: 0, ideas: 0, more: true });
		expect(await deleteDueAccounts(clock, UNHURRIED)).toEqual({
			accounts: 1,
			ideas: 1,
			more: false
		});
	});

	test('deletes each account once when several run at once', async () => {
		const people = await Promise.all(Array.from({ length: 5 }, () => createPerson()));
		for (const person of people) {
			await createIdeaFor(person);
			await leave(person);
			await endGrace(person);
		}

		const runs = await Promise.all(
			Array.from({ length: 4 }, () => deleteDueAccounts(clock, UNHURRIED))
		);

		expect(runs.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(5);
		const ids = people.map(({ userId }) => userId);
		expect(
			await db.auditEntry.count({ where: { action: 'account.delete', targetId: { in: ids } } })
		).toBe(5);
	});

	test('makes room for a new account with the address, which has nothing of the old one', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada);
		await leave(ada);
		await endGrace(ada);
		await deleteDueAccounts(clock, UNHURRIED);

		await signInByMail(ada.email);

		const { id } = await db.user.findUniqueOrThrow({ where: { email: ada.email } });
		expect(id).not.toBe(ada.userId);
		expect(await db.idea.count({ where: { ownerId: id } })).toBe(0);
	});
});
