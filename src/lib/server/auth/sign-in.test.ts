import { v4 as uuid } from 'uuid';
import { afterEach, describe, expect, test } from 'vitest';
import { openBrowser, type Browser } from '#tests/support/browser';
import { createPerson } from '#tests/support/factories';
import { mailsTo, tokenFor } from '#tests/support/mails';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { env } from '../env';
import { UNHURRIED } from '../services/batches';
import { TASKS } from '../tasks';
import { endSession, readSession } from './session';
import { confirmSignIn, requestSignInLink } from './sign-in';

afterEach(drainDeferred);

const newAddress = () => `${uuid()}@example.com`;

/** Signs in by a link, as the pages do. */
async function signIn(browser: Browser, email: string, callbackUrl = '/ideas') {
	await browser.visit((event) => requestSignInLink(event, { email, callbackUrl }));
	const token = await tokenFor(email);
	return browser.visit((event) => confirmSignIn(event, token));
}

const whoIsIn = (browser: Browser) => browser.visit(readSession);

const actionsOf = async (email: string) => {
	const entries = await db.auditEntry.findMany({
		where: { personId: (await db.user.findUniqueOrThrow({ where: { email } })).id },
		orderBy: { id: 'asc' }
	});
	return entries.map(({ action }) => action);
};

describe('a session', () => {
	test('knows its browser, and begins fresh', async () => {
		const email = newAddress();
		const browser = openBrowser({ address: '192.0.2.77' });

		expect(await signIn(browser, email, '/trash')).toBe('/trash');

		const session = await whoIsIn(browser);
		const row = await db.session.findUniqueOrThrow({ where: { id: session?.sessionId } });
		expect(session?.user.email).toBe(email);
		expect(Date.now() - (session?.authenticatedAt ?? 0)).toBeLessThan(10_000);
		expect(row).toMatchObject({ address: '192.0.2.77', place: null });
		expect(row.userAgent).toContain('Chrome');
		expect(await actionsOf(email)).toEqual(['account.create', 'session.create']);
	});

	test('has a token that the browser did not bring along', async () => {
		const browser = openBrowser();
		browser.cookies.set('coda-session', 'put-there-by-somebody-else');

		await signIn(browser, newAddress());

		expect(browser.cookies.get('coda-session')).toMatch(/^[\w-]{43}$/);
	});

	test('takes the place of another person’s in the same browser', async () => {
		const browser = openBrowser();
		await signIn(browser, newAddress());
		const before = browser.cookies.get('coda-session') ?? '';

		const email = newAddress();
		await signIn(browser, email);

		expect((await whoIsIn(browser))?.user.email).toBe(email);
		browser.cookies.set('coda-session', before);
		expect(await whoIsIn(browser)).toBeUndefined();
	});

	test('goes on under a new token when its person signs in again, and the old token is dead', async () => {
		const email = newAddress();
		const browser = openBrowser();
		await signIn(browser, email);
		const [first, stolen] = [await whoIsIn(browser), browser.cookies.get('coda-session') ?? ''];

		await signIn(browser, email);

		const thief = openBrowser();
		thief.cookies.set('coda-session', stolen);
		expect((await whoIsIn(browser))?.sessionId).toBe(first?.sessionId);
		expect(await whoIsIn(thief)).toBeUndefined();
		expect((await actionsOf(email)).at(-1)).toBe('session.renew');
	});

	test('is nobody’s after it ended, and neither by what the database keeps of it', async () => {
		const email = newAddress();
		const browser = openBrowser();
		await signIn(browser, email);
		const token = browser.cookies.get('coda-session') ?? '';
		const row = await db.session.findFirstOrThrow({ where: { user: { email } } });

		const thief = openBrowser();
		thief.cookies.set('coda-session', row.sessionToken);
		expect(await whoIsIn(thief)).toBeUndefined();
		await browser.visit(endSession);
		browser.cookies.set('coda-session', token);

		expect(await whoIsIn(browser)).toBeUndefined();
		expect((await actionsOf(email)).at(-1)).toBe('session.end');
	});

	test('notes at most every five minutes when and where it was last seen', async () => {
		const email = newAddress();
		const browser = openBrowser();
		await signIn(browser, email);
		const seen = async () => {
			await whoIsIn(browser);
			await drainDeferred();
			return (await db.session.findFirstOrThrow({ where: { user: { email } } })).lastSeenAt;
		};
		const started = await seen();

		expect(await seen()).toEqual(started);
		const ago = new Date(Date.now() - 6 * 60_000);
		await db.session.updateMany({ where: { user: { email } }, data: { lastSeenAt: ago } });

		expect((await seen()).valueOf()).toBeGreaterThan(ago.valueOf());
	});

	test('has the role that the person has now', async () => {
		const { email } = await createPerson();
		const browser = openBrowser();
		await signIn(browser, email);

		await db.user.update({ where: { email }, data: { role: 'admin' } });
		expect((await whoIsIn(browser))?.user.role).toBe('admin');
		await db.user.update({ where: { email }, data: { role: 'user' } });

		expect((await whoIsIn(browser))?.user.role).toBe('user');
	});
});

describe('a link', () => {
	test('signs one in when sixty try at once', async () => {
		const email = newAddress();
		await openBrowser().visit((event) =>
			requestSignInLink(event, { email, callbackUrl: '/ideas' })
		);
		const token = await tokenFor(email);

		const answers = await Promise.allSettled(
			Array.from({ length: 60 }, () => openBrowser().visit((event) => confirmSignIn(event, token)))
		);

		expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		expect(await db.session.count({ where: { user: { email } } })).toBe(1);
	});
});

describe('an unknown browser', () => {
	test('is told of by mail, and a known one is not', async () => {
		const email = newAddress();
		const [home, cafe] = [openBrowser(), openBrowser({ address: '198.51.100.7' })];
		const notices = async () =>
			(await mailsTo(email)).filter(({ subject }) => subject.includes('new browser'));

		await signIn(home, email);
		await home.visit(endSession);
		await signIn(home, email);
		expect(await notices()).toEqual([]);
		await signIn(cafe, email);

		const [notice] = await notices();
		expect(notice?.text).toMatch(/Chrome on Windows[\s\S]*198\.51\.100\.7/);
		expect(notice?.text).toContain('/account/security');
		expect(await notices()).toHaveLength(1);
	});

	test('of one person is known to another only once they signed in with it', async () => {
		const [ada, bob] = [newAddress(), newAddress()];
		const [shared, bobs] = [openBrowser(), openBrowser()];
		await signIn(bobs, bob);
		await signIn(shared, ada);

		await signIn(shared, bob);

		const subjects = (await mailsTo(bob)).map(({ subject }) => subject);
		expect(subjects).toContain('A new browser signed in to your Coda account');
	});
});

describe('purge-sessions', () => {
	test('forgets sessions that ended, links of yesterday, and browsers of 400 days ago', async () => {
		const email = newAddress();
		await signIn(openBrowser(), email);
		const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
		const { id: userId } = await db.user.findUniqueOrThrow({ where: { email } });
		await db.browser.create({ data: { userId, tokenHash: uuid(), lastSeenAt: ago(401) } });
		await db.session.create({ data: { userId, sessionToken: uuid(), expires: ago(1) } });
		await db.emailLink.updateMany({ where: { email }, data: { expiresAt: ago(2) } });

		await TASKS['purge-sessions'].run(
			{ kind: 'system', task: 'test', requestId: 'test' },
			UNHURRIED
		);

		expect(await db.browser.count({ where: { userId } })).toBe(1);
		expect(await db.session.count({ where: { userId } })).toBe(1);
		expect(await db.emailLink.count({ where: { email } })).toBe(0);
	});
});

describe('an account that is switched off', () => {
	test('lets nobody in, ends what was open, and says so after the proof only', async () => {
		const email = newAddress();
		const browser = openBrowser();
		await signIn(browser, email);
		await db.user.update({ where: { email }, data: { disabledAt: new Date() } });

		expect(await whoIsIn(browser)).toBeUndefined();
		await expect(signIn(openBrowser(), email)).rejects.toMatchObject({
			code: 'FORBIDDEN',
			cause: { reason: 'signIn.disabled' }
		});
		expect((await actionsOf(email)).at(-1)).toBe('session.refuse');
		expect(await db.session.count({ where: { user: { email } } })).toBe(1);
	});
});

describe('an account that is going to be deleted', () => {
	test('stays when its person signs in, who is told', async () => {
		const email = newAddress();
		await signIn(openBrowser(), email);
		await db.user.update({
			where: { email },
			data: { deleteAfter: new Date(Date.now() + 86_400_000) }
		});

		expect(await signIn(openBrowser(), email, '/trash')).toBe('/sign-in/kept?callbackUrl=%2Ftrash');

		expect(await db.user.findUnique({ where: { email } })).toMatchObject({ deleteAfter: null });
		expect(await actionsOf(email)).toContain('account.keep');
		expect((await mailsTo(email)).map(({ subject }) => subject)).toContain(
			'Your Coda account stays'
		);
	});
});

describe('ADMIN_EMAILS', () => {
	test('makes an admin at the first sign-in, and not once more after the role was taken away', async () => {
		const email = newAddress();
		env().ADMIN_EMAILS.push(email);
		const browser = openBrowser();

		await signIn(browser, email);
		expect((await whoIsIn(browser))?.user.role).toBe('admin');
		expect(await actionsOf(email)).toEqual(['account.create', 'account.role', 'session.create']);
		await db.user.update({ where: { email }, data: { role: 'user' } });
		await signIn(openBrowser(), email);

		expect(await db.user.findUnique({ where: { email } })).toMatchObject({ role: 'user' });
	});
});
