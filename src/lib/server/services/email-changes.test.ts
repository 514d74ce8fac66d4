import { v4 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { createPerson } from '#tests/support/factories';
import { mailsTo, tokenFor } from '#tests/support/mails';
import { collectStatements } from '#tests/support/statements';
import { drainDeferred } from '../defer';
import { createEmailLink } from '../auth/email-links';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { confirmEmailChange, getEmailChange, requestEmailChange } from './email-changes';
import { getProfile } from './profiles';

const newAddress = () => `${uuid()}@example.com`;
const origin = 'https://coda.test';
const ask = (person: PersonalActor, email: string) => requestEmailChange(person, { email, origin });
const emailOf = async ({ userId }: PersonalActor) =>
	(await db.user.findUniqueOrThrow({ where: { id: userId } })).email;

/** What a call cost the database, by the beginning of each statement. */
async function costOf(work: () => Promise<unknown>): Promise<string[]> {
	await drainDeferred();
	const statements = await collectStatements(async () => {
		await work();
		await drainDeferred();
	});
	return statements.map((sql) => sql.replace(/\s+/g, ' ').slice(0, 60)).sort();
}

describe('asking for another address', () => {
	test('sends a link there and word of it to the present one', async () => {
		const ada = await createPerson();
		const email = newAddress();

		const asked = await ask(ada, email);

		expect(asked).toEqual({ email, expiresAt: expect.any(Date) });
		expect((await mailsTo(email))[0]?.text).toContain(`${origin}/account/email/confirm?token=`);
		const [notice] = await mailsTo(ada.email);
		expect(notice?.text).toContain(email);
		expect(notice?.text).toContain('If that was not you');
		expect(notice?.text).not.toContain('token=');
		expect((await getProfile(ada)).changingTo).toMatchObject({ email });
		expect(await emailOf(ada)).toBe(ada.email);
	});

	test('answers the same, after the same work, when the address is taken, and tells its owner', async () => {
		const [ada, bob, carl] = [await createPerson(), await createPerson(), await createPerson()];
		await ask(carl, newAddress());
		const free = newAddress();

		const costs = [
			await costOf(async () => expect(await ask(ada, free)).toHaveProperty('email', free)),
			await costOf(async () =>
				expect(await ask(carl, bob.email)).toHaveProperty('email', bob.email)
			)
		];

		expect(costs[1]).toEqual(costs[0]);
		const [told] = await mailsTo(bob.email);
		expect(told?.subject).toBe('Your address was asked for at Coda');
		expect(told?.text).not.toContain('token=');
		expect((await getProfile(carl)).changingTo).toMatchObject({ email: bob.email });
	});

	test('refuses the address that the account has', async () => {
		const ada = await createPerson();

		await expect(ask(ada, ada.email)).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { reason: 'email.same', fields: { email: [expect.any(String)] } }
		});
	});

	test('is refused the fourth time in five minutes', async () => {
		const ada = await createPerson();
		for (let i = 0; i < 3; i += 1) await ask(ada, newAddress());

		await expect(ask(ada, newAddress())).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
	});

	test('makes the link from before worthless', async () => {
		const ada = await createPerson();
		const [first, second] = [newAddress(), newAddress()];
		await ask(ada, first);
		const token = await tokenFor(first);
		await ask(ada, second);

		await expect(confirmEmailChange(ada, { token })).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});
});

describe('confirming another address', () => {
	test('changes it, ends every other link, and tells the former address', async () => {
		const ada = await createPerson();
		const email = newAddress();
		await db.$transaction((tx) => createEmailLink(tx, { purpose: 'sign_in', email: ada.email }));
		await ask(ada, email);
		const token = await tokenFor(email);

		await confirmEmailChange(ada, { token });

		expect(await emailOf(ada)).toBe(email);
		expect(await db.emailLink.count({ where: { email: ada.email, usedAt: null } })).toBe(0);
		const [notice] = await mailsTo(ada.email);
		expect(notice?.subject).toBe('The address of your Coda account has changed');
		expect(
			await db.auditEntry.findMany({
				where: { personId: ada.userId },
				orderBy: { id: 'asc' },
				select: { action: true, changed: true }
			})
		).toEqual([
			{ action: 'account.requestEmailChange', changed: [] },
			{ action: 'account.changeEmail', changed: ['email'] }
		]);
	});

	test('takes the mails of the former address along, and leaves what waits where it goes', async () => {
		const ada = await createPerson();
		const email = newAddress();
		await ask(ada, email);
		const token = await tokenFor(email);
		await drainDeferred();
		const nextAttemptAt = new Date(Date.now() + 3_600_000);
		const sent = { kind: 'mail', template: 'signIn', state: 'sent', recipient: ada.email } as const;
		await db.outboxMessage.create({ data: sent });
		await db.outboxMessage.create({ data: { ...sent, state: 'pending', nextAttemptAt } });

		await confirmEmailChange(ada, { token });
		await drainDeferred();

		const templates = async (recipient: string, state: 'sent' | 'pending') =>
			(await db.outboxMessage.findMany({ where: { recipient, state } }))
				.map(({ template }) => template)
				.toSorted();
		expect(await templates(ada.email, 'sent')).toEqual([]);
		expect(await templates(ada.email, 'pending')).toEqual(['signIn']);
		expect(await templates(email, 'sent')).toEqual([
			'changeEmail',
			'changeEmailAsked',
			'emailChanged',
			'signIn'
		]);
		expect(await db.emailLink.count({ where: { email: ada.email, userId: null } })).toBe(0);
	});

	test('happens once when sixty confirm at once', async () => {
		const ada = await createPerson();
		const email = newAddress();
		await ask(ada, email);
		const token = await tokenFor(email);

		const answers = await Promise.allSettled(
			Array.from({ length: 60 }, () => confirmEmailChange(ada, { token }))
		);

		expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		expect(await emailOf(ada)).toBe(email);
	});

	test('gives an address to one of two people who want it at the same moment', async () => {
		const people = await Promise.all(Array.from({ length: 8 }, () => createPerson()));
		const email = newAddress();
		const tokens: string[] = [];
		for (const person of people) {
			const { token } = await db.$transaction((tx) =>
				createEmailLink(tx, { purpose: 'change_email', email, userId: person.userId })
			);
			tokens.push(token);
		}

		const answers = await Promise.allSettled(
			people.map((person, n) => confirmEmailChange(person, { token: tokens[n] ?? '' }))
		);

		expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		for (const answer of answers) {
			if (answer.status === 'rejected') {
				expect(answer.reason).toMatchObject({ code: 'CONFLICT', cause: { reason: 'email.taken' } });
			}
		}
		expect(await db.user.count({ where: { email } })).toBe(1);
	});

	test('is refused with words when the address was taken meanwhile', async () => {
		const ada = await createPerson();
		const email = newAddress();
		await ask(ada, email);
		const token = await tokenFor(email);
		await createPerson(email);

		await expect(confirmEmailChange(ada, { token })).rejects.toMatchObject({
			code: 'CONFLICT',
			cause: { reason: 'email.taken' }
		});
		expect(await emailOf(ada)).toBe(ada.email);
	});

	test('does not exist for anyone else, and opening it changes nothing', async () => {
		const [ada, mallory] = [await createPerson(), await createPerson()];
		const email = newAddress();
		await ask(ada, email);
		const token = await tokenFor(email);

		await expect(getEmailChange(mallory, { token })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await expect(confirmEmailChange(mallory, { token })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});

		expect(await getEmailChange(ada, { token })).toEqual({ email });
		await confirmEmailChange(ada, { token });
		expect(await emailOf(ada)).toBe(email);
		expect(await emailOf(mallory)).toBe(mallory.email);
	});
});
