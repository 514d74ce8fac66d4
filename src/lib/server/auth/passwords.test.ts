import { hash, verify } from '@node-rs/argon2';
import { v4 as uuid } from 'uuid';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CHROME, openBrowser, type Browser } from '#tests/support/browser';
import { mailsTo, tokenFor } from '#tests/support/mails';
import { collectStatements } from '#tests/support/statements';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { proveByPassword } from './again';
import { isFresh } from './fresh';
import { hashPassword, isOutdated } from './password';
import { requestPasswordReset, resetPassword } from './reset-password';
import { readSession } from './session';
import { confirmSignIn, requestSignInLink } from './sign-in';
import { signInWithPassword } from './sign-in-with-password';
import { confirmSignUp, requestSignUp } from './sign-up';

// The real thing, whose runs are counted.
vi.mock('@node-rs/argon2', { spy: true });

afterEach(drainDeferred);

const PASSWORD = 'an engine of brass';
const OTHER = 'another engine of brass';
const callbackUrl = '/ideas';
const newAddress = () => `${uuid()}@example.com`;

/** An account with a password, as signing up makes one. */
async function createAccount(email = newAddress()): Promise<string> {
	await db.user.create({
		data: { email, emailVerified: new Date(), passwordHash: await hashPassword(PASSWORD) }
	});
	return email;
}

const signIn = (email: string, password = PASSWORD, browser: Browser = openBrowser()) =>
	browser.visit((event) => signInWithPassword(event, { email, password, callbackUrl }));

/** What an answer costs: statements that reach the database before it, and runs of argon2. */
async function costOf(work: () => Promise<unknown>) {
	await drainDeferred();
	const before = vi.mocked(hash).mock.calls.length + vi.mocked(verify).mock.calls.length;
	let answer: unknown;
	const statements = await collectStatements(async () => {
		answer = await work().catch((error: unknown) => error);
	});
	const runs = vi.mocked(hash).mock.calls.length + vi.mocked(verify).mock.calls.length - before;
	await drainDeferred();
	return { answer: String(answer), runs, statements: statements.map(kindOf) };
}

/** The statement without its values, in which the runs differ. */
const kindOf = (sql: string) => sql.replace(/\s+/g, ' ').slice(0, 60);

describe('signing in with a password', () => {
	test('works with the password, and with no other', async () => {
		const email = await createAccount();
		const browser = openBrowser();

		await expect(signIn(email, 'not this one either')).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { reason: 'signIn.wrong', fields: { password: [expect.any(String)] } }
		});
		expect(await signIn(email, PASSWORD, browser)).toBe('/ideas');

		expect((await browser.visit(readSession))?.user.email).toBe(email);
	});

	test('answers the same, after the same work, whoever has an account', async () => {
		const withPassword = await createAccount();
		const withLinks = newAddress();
		await db.user.create({ data: { email: withLinks, emailVerified: new Date() } });
		await expect(signIn(newAddress())).rejects.toThrow();

		const costs = [];
		for (const email of [withPassword, withLinks, newAddress()]) {
			costs.push(await costOf(() => signIn(email, OTHER)));
		}

		expect(costs[0]).toMatchObject({ runs: 1 });
		expect(costs[1]).toEqual(costs[0]);
		expect(costs[2]).toEqual(costs[0]);
	});

	test('costs as much without an account as today’s hashes do', async () => {
		await expect(signIn(newAddress())).rejects.toThrow();

		const [nobodys] = vi.mocked(verify).mock.lastCall ?? [];
		expect(isOutdated(String(nobodys))).toBe(false);
	});

	test('is noted in the trail of the account when it was refused', async () => {
		const email = await createAccount();

		await expect(signIn(email, OTHER)).rejects.toThrow();
		await drainDeferred();

		const { id } = await db.user.findUniqueOrThrow({ where: { email } });
		expect(await db.auditEntry.findMany({ where: { personId: id } })).toMatchObject([
			{ action: 'session.refuse', outcome: 'refused', details: { why: 'password' } }
		]);
	});

	test('does not work before the address is verified', async () => {
		const email = await createAccount();
		await db.user.update({ where: { email }, data: { emailVerified: null } });

		await expect(signIn(email)).rejects.toMatchObject({ cause: { reason: 'signIn.wrong' } });
	});

	test('tells only who knows the password that the account is switched off', async () => {
		const email = await createAccount();
		await db.user.update({ where: { email }, data: { disabledAt: new Date() } });

		await expect(signIn(email, OTHER)).rejects.toMatchObject({ cause: { reason: 'signIn.wrong' } });
		await expect(signIn(email)).rejects.toMatchObject({ cause: { reason: 'signIn.disabled' } });
		expect(await db.session.count({ where: { user: { email } } })).toBe(0);
	});

	test('is refused the sixth time from one address, with the time to wait, and goes on elsewhere', async () => {
		const email = await createAccount();
		const browser = openBrowser();
		for (let i = 0; i < 5; i += 1) await expect(signIn(email, OTHER, browser)).rejects.toThrow();

		await expect(signIn(email, PASSWORD, browser)).rejects.toMatchObject({
			code: 'TOO_MANY_REQUESTS',
			cause: { params: { retryAfterSeconds: expect.any(Number) } }
		});
		expect(await signIn(email, PASSWORD)).toBe('/ideas');
	});

	test('gets slow and stays possible while an account is tried from everywhere', async () => {
		const email = await createAccount();
		await Promise.allSettled(Array.from({ length: 25 }, () => signIn(email, OTHER)));

		const startedAt = performance.now();
		expect(await signIn(email)).toBe('/ideas');

		expect(performance.now() - startedAt).toBeGreaterThan(1_900);
	});

	test('makes an outdated hash anew', async () => {
		const email = await createAccount();
		const weak = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1 });
		await db.user.update({ where: { email }, data: { passwordHash: weak } });

		await signIn(email);

		const { passwordHash } = await db.user.findUniqueOrThrow({ where: { email } });
		expect(passwordHash).toContain('m=19456,t=2,p=1');
		expect(await signIn(email)).toBe('/ideas');
	});

	test('loses to a reset that happens meanwhile', async () => {
		const email = await createAccount();
		const attempt = signIn(email);
		await db.user.update({ where: { email }, data: { passwordHash: await hashPassword(OTHER) } });
		await attempt.catch(() => undefined);

		const left = await db.session.count({ where: { user: { email } } });

		// Either it was through before, or the old password opened nothing.
		expect(left === 0 || (await attempt) === '/ideas').toBe(true);
	});
});

describe('signing up', () => {
	const signUp = (email: string, password = PASSWORD) =>
		openBrowser().visit((event) =>
			requestSignUp(event, { email, password, callbackUrl: '/trash' })
		);

	test('makes the account once the address is confirmed, with the chosen password', async () => {
		const email = newAddress();
		const browser = openBrowser();
		await signUp(email);
		expect(await db.user.count({ where: { email } })).toBe(0);
		await expect(signIn(email)).rejects.toMatchObject({ cause: { reason: 'signIn.wrong' } });
		const token = await tokenFor(email);

		const next = await browser.visit((event) =>
			confirmSignUp(event, { token, password: PASSWORD })
		);

		expect(next).toBe('/trash');
		expect((await browser.visit(readSession))?.user.email).toBe(email);
		expect(await signIn(email)).toBe('/ideas');
	});

	test('with a stranger’s address gains nothing when the stranger clicks', async () => {
		const victim = newAddress();
		await signUp(victim, 'the password of a thief');
		const token = await tokenFor(victim);

		const click = openBrowser().visit((event) =>
			confirmSignUp(event, { token, password: PASSWORD })
		);
		await expect(click).rejects.toMatchObject({ cause: { reason: 'password.wrongChoice' } });
		await openBrowser().visit((event) => requestSignInLink(event, { email: victim, callbackUrl }));
		const signInToken = await tokenFor(victim);
		await openBrowser().visit((event) => confirmSignIn(event, signInToken));

		await expect(signIn(victim, 'the password of a thief')).rejects.toMatchObject({
			cause: { reason: 'signIn.wrong' }
		});
	});

	test('answers the same, after the same work, whoever has an account', async () => {
		const taken = await createAccount();
		await signUp(newAddress());

		const costs = [await costOf(() => signUp(taken)), await costOf(() => signUp(newAddress()))];

		expect(costs[0]).toMatchObject({ answer: 'undefined', runs: 1 });
		expect(costs[1]).toEqual(costs[0]);
	});

	test('with an address that has an account changes nothing, and the mail says so', async () => {
		const email = await createAccount();

		await signUp(email, OTHER);

		const [mail] = await mailsTo(email);
		expect(mail?.subject).toBe('You have a Coda account already');
		expect(mail?.text).toMatch(/\/sign-in\/confirm\?token=[\s\S]*\/sign-in\/forgot/);
		await expect(signIn(email, OTHER)).rejects.toMatchObject({ cause: { reason: 'signIn.wrong' } });
		expect(await signIn(email)).toBe('/ideas');
	});

	test('lets five guesses at the chosen password pass, and then none', async () => {
		const email = newAddress();
		await signUp(email);
		const token = await tokenFor(email);
		const guess = (password: string) =>
			openBrowser().visit((event) => confirmSignUp(event, { token, password }));
		for (let i = 0; i < 5; i += 1) await expect(guess(OTHER)).rejects.toThrow();

		await expect(guess(PASSWORD)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
	});

	test('is confirmed once when several confirm at once', async () => {
		const email = newAddress();
		await signUp(email);
		const token = await tokenFor(email);

		const answers = await Promise.allSettled(
			Array.from({ length: 60 }, () =>
				openBrowser().visit((event) => confirmSignUp(event, { token, password: PASSWORD }))
			)
		);

		expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		expect(await db.session.count({ where: { user: { email } } })).toBe(1);
	});
});

describe('a forgotten password', () => {
	const forget = (email: string) =>
		openBrowser().visit((event) => requestPasswordReset(event, { email, callbackUrl }));

	test('is replaced through the mail: all sessions end, and this browser gets one', async () => {
		const email = await createAccount();
		const [lost, here] = [openBrowser(), openBrowser()];
		await signIn(email, PASSWORD, lost);
		await forget(email);
		const token = await tokenFor(email);

		await here.visit((event) => resetPassword(event, { token, password: OTHER }));

		expect(await lost.visit(readSession)).toBeUndefined();
		expect((await here.visit(readSession))?.user.email).toBe(email);
		await expect(signIn(email)).rejects.toMatchObject({ cause: { reason: 'signIn.wrong' } });
		const [notice] = await mailsTo(email);
		expect(notice?.subject).toBe('The password of your Coda account');
		expect(notice?.text).toContain('Chrome on Windows');
	});

	test('answers the same, after the same work, whoever has an account', async () => {
		const email = await createAccount();
		await forget(newAddress());

		const costs = [await costOf(() => forget(email)), await costOf(() => forget(newAddress()))];

		expect(costs[0]).toMatchObject({ answer: 'undefined', runs: 0 });
		expect(costs[1]).toEqual(costs[0]);
	});

	test('shares its three mails in five minutes with the other ways', async () => {
		const email = newAddress();
		const browser = openBrowser();
		await browser.visit((event) => requestSignInLink(event, { email, callbackUrl }));
		await browser.visit((event) => requestPasswordReset(event, { email, callbackUrl }));
		await browser.visit((event) =>
			requestSignUp(event, { email, password: PASSWORD, callbackUrl })
		);

		await expect(
			browser.visit((event) => requestPasswordReset(event, { email, callbackUrl }))
		).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
	});

	test('sends no link where there is no account', async () => {
		const email = newAddress();

		await forget(email);

		const [mail] = await mailsTo(email);
		expect(mail?.subject).toBe('There is no Coda account for this address');
		expect(mail?.text).not.toContain('token=');
	});

	test('is replaced once when sixty try with one link, and older links are dead', async () => {
		const email = await createAccount();
		await openBrowser().visit((event) => requestSignInLink(event, { email, callbackUrl }));
		const older = await tokenFor(email);
		await forget(email);
		const token = await tokenFor(email);

		const answers = await Promise.allSettled(
			Array.from({ length: 60 }, (_, n) =>
				openBrowser().visit((event) => resetPassword(event, { token, password: `${OTHER} ${n}` }))
			)
		);

		expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		await expect(openBrowser().visit((event) => confirmSignIn(event, older))).rejects.toMatchObject(
			{ cause: { reason: 'link.invalid' } }
		);
	});

	test('leaves its link as it was when the new one is easily guessed', async () => {
		const email = await createAccount();
		await forget(email);
		const token = await tokenFor(email);
		const choose = (password: string) =>
			openBrowser().visit((event) => resetPassword(event, { token, password }));

		await expect(choose(email)).rejects.toMatchObject({ cause: { reason: 'password.isAddress' } });

		expect(await choose(OTHER)).toBe('/ideas');
	});

	test('takes no link of another kind', async () => {
		const email = await createAccount();
		await openBrowser().visit((event) => requestSignInLink(event, { email, callbackUrl }));
		const token = await tokenFor(email);

		await expect(
			openBrowser().visit((event) => resetPassword(event, { token, password: OTHER }))
		).rejects.toMatchObject({ cause: { reason: 'link.invalid' } });
	});
});

describe('showing once more who one is', () => {
	test('makes the session fresh under a new token, by the password only', async () => {
		const email = await createAccount();
		const browser = openBrowser({ userAgent: CHROME });
		await signIn(email, PASSWORD, browser);
		await db.session.updateMany({
			where: { user: { email } },
			data: { authenticatedAt: new Date(Date.now() - 11 * 60_000) }
		});
		const stolen = browser.cookies.get('coda-session');
		const prove = (password: string) =>
			browser.visit(async (event) => {
				const session = await readSession(event);
				if (!session) throw new Error('nobody is signed in');
				return proveByPassword(event, session, { password, callbackUrl: '/account/security' });
			});
		const before = await browser.visit(readSession);
		expect(before && isFresh(before)).toBe(false);

		await expect(prove(OTHER)).rejects.toMatchObject({ cause: { reason: 'password.wrong' } });
		expect(await prove(PASSWORD)).toBe('/account/security');

		const after = await browser.visit(readSession);
		expect(after && isFresh(after)).toBe(true);
		expect(after?.sessionId).toBe(before?.sessionId);
		expect(browser.cookies.get('coda-session')).not.toBe(stolen);
	});
});
