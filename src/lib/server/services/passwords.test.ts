import { afterEach, describe, expect, test } from 'vitest';
import { createPerson } from '#tests/support/factories';
import { mailsTo } from '#tests/support/mails';
import { callerAs } from '#tests/support/procedures';
import { hashPassword, verifyPassword } from '../auth/password';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { changePassword, getPassword, removePassword, setPassword } from './passwords';

afterEach(drainDeferred);

const PASSWORD = 'an engine of brass';
const OTHER = 'another engine of brass';

const openSession = async (userId: string) => {
	const expires = new Date(Date.now() + 60_000);
	const data = { userId, sessionToken: crypto.randomUUID(), expires };
	return (await db.session.create({ data })).id;
};

/** A person with two sessions, and a password if one is given. */
async function createWithSessions(password?: string) {
	const person = await createPerson();
	const passwordHash = password && (await hashPassword(password));
	await db.user.update({ where: { id: person.userId }, data: { passwordHash } });
	const [sessionId, otherId] = [await openSession(person.userId), await openSession(person.userId)];
	return { person, sessionId, otherId };
}

const sessionsOf = async (userId: string) =>
	(await db.session.findMany({ where: { userId } })).map(({ id }) => id);

const hasPassword = async (userId: string, password: string) =>
	verifyPassword(
		(await db.user.findUniqueOrThrow({ where: { id: userId } })).passwordHash,
		password
	);

describe('changePassword', () => {
	test('ends the other sessions, tells by mail, and stands in the trail', async () => {
		const { person, sessionId } = await createWithSessions(PASSWORD);

		await changePassword(person, { password: OTHER, current: PASSWORD, sessionId, isFresh: false });

		expect(await hasPassword(person.userId, OTHER)).toBe(true);
		expect(await sessionsOf(person.userId)).toEqual([sessionId]);
		expect(await mailsTo(person.email)).toMatchObject([
			{
				subject: 'The password of your Coda account',
				text: expect.stringContaining('new password')
			}
		]);
		expect(await db.auditEntry.findMany({ where: { personId: person.userId } })).toMatchObject([
			{ action: 'password.change', changed: ['password'], details: { ended: 1 } }
		]);
	});

	test('asks for the present password, or a fresh sign-in', async () => {
		const { person, sessionId } = await createWithSessions(PASSWORD);
		const change = (given: object) =>
			changePassword(person, { password: OTHER, sessionId, isFresh: false, ...given });

		await expect(change({})).rejects.toMatchObject({ cause: { reason: 'auth.fresh' } });
		await expect(change({ current: OTHER })).rejects.toMatchObject({
			cause: { fields: { current: [expect.any(String)] } }
		});
		expect(await sessionsOf(person.userId)).toHaveLength(2);
		await change({ isFresh: true });

		expect(await hasPassword(person.userId, OTHER)).toBe(true);
	});

	test('lets the present password be guessed five times in ten minutes', async () => {
		const { person, sessionId } = await createWithSessions(PASSWORD);
		const guess = (current: string) =>
			changePassword(person, { password: OTHER, current, sessionId, isFresh: false });
		for (let i = 0; i < 5; i += 1) await expect(guess('wrong')).rejects.toThrow();

		await expect(guess(PASSWORD)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
	});

	test('is done once when several changes start from the same password', async () => {
		const { person, sessionId } = await createWithSessions(PASSWORD);

		const answers = await Promise.allSettled(
			Array.from({ length: 20 }, (_, n) =>
				changePassword(person, { password: `${OTHER} ${n}`, sessionId, isFresh: true })
			)
		);

		const refused = answers.filter(({ status }) => status === 'rejected');
		expect(refused).toHaveLength(19);
		expect(refused[0]).toMatchObject({ reason: { code: 'CONFLICT' } });
	});

	test('finds no password where there is none', async () => {
		const { person, sessionId } = await createWithSessions();

		await expect(
			changePassword(person, { password: OTHER, sessionId, isFresh: true })
		).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});
});

describe('setPassword and removePassword', () => {
	test('give and take, each once, and tell of it', async () => {
		const { person, sessionId } = await createWithSessions();

		expect(await setPassword(person, { password: PASSWORD, sessionId })).toMatchObject({
			hasPassword: true
		});
		await expect(setPassword(person, { password: OTHER, sessionId })).rejects.toMatchObject({
			code: 'CONFLICT'
		});
		expect(await removePassword(person, { sessionId })).toMatchObject({ hasPassword: false });
		await expect(removePassword(person, { sessionId })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});

		expect(await getPassword(person)).toMatchObject({ hasPassword: false });
		expect(await sessionsOf(person.userId)).toEqual([sessionId]);
		expect(await mailsTo(person.email)).toHaveLength(2);
	});

	test('refuse a password that is easily guessed', async () => {
		const { person, sessionId } = await createWithSessions();

		await expect(setPassword(person, { password: person.email, sessionId })).rejects.toMatchObject({
			cause: { reason: 'password.isAddress' }
		});
	});
});

describe('dangerous acts', () => {
	test('ask for a sign-in that is at most ten minutes old', async () => {
		const person = await createPerson();
		const at = (minutes: number) => {
			const { userId: id, email } = person;
			const user = { id, email, name: null, role: 'user' as const };
			const authenticatedAt = Date.now() - minutes * 60_000;
			const shell = { theme: null, singleKeys: null, timeZone: null };
			return callerAs(person, {
				session: {
					sessionId: crypto.randomUUID(),
					authenticatedAt,
					hasConsented: true,
					shell,
					user
				}
			});
		};

		await expect(at(10.1).passwords.set({ password: PASSWORD })).rejects.toMatchObject({
			code: 'FORBIDDEN',
			cause: { reason: 'auth.fresh' }
		});
		await expect(at(9.9).passwords.set({ password: PASSWORD })).resolves.toMatchObject({
			hasPassword: true
		});
	});
});
