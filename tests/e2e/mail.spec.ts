import { randomBytes, randomUUID } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { startApp, type App } from '../support/app-server';
import { makeCertificate } from '../support/certificate';
import { expect, newestMail, open, sql, test, type Person } from '../support/e2e';
import { signEvent } from '../support/resend-server';
import { startSmtpSink } from '../support/smtp-sink';
import { unsubscribeToken } from '../support/unsubscribe-token';

const webhookSecret = `whsec_${randomBytes(24).toString('base64')}`;

/** A row of the mail log. */
async function addMail(app: App, given: Record<string, unknown> = {}): Promise<string> {
	const row = { id: uuid(), kind: 'mail', template: 'signIn', state: 'sent', ...given };
	const names = Object.keys(row);
	await sql(
		app,
		`INSERT INTO outbox (${names}) VALUES (${names.map((_, at) => `$${at + 1}`)})`,
		Object.values(row)
	);
	return row.id;
}

/** Asks for a sign-in link, as the form does. */
const askForLink = (app: App, email: string) =>
	fetch(`${app.origin}/sign-in`, {
		method: 'POST',
		headers: { origin: app.origin },
		body: new URLSearchParams({ email })
	});

test.describe('what Resend tells', () => {
	let resend: App;

	test.beforeAll(async () => {
		resend = await startApp({ env: { RESEND_WEBHOOK_SECRET: webhookSecret } });
	});
	test.afterAll(() => resend.stop());

	const tell = (body: string, headers = signEvent(body, webhookSecret)) =>
		fetch(`${resend.origin}/api/mail/resend`, { method: 'POST', headers, body });
	const event = (type: string, data: object) =>
		JSON.stringify({ type, created_at: new Date().toISOString(), data });
	const rowOf = async (id: string) =>
		(await sql(resend, 'SELECT * FROM outbox WHERE id = $1', [id]))[0];
	const suppressed = () => sql(resend, 'SELECT email FROM mail_suppressions ORDER BY email');

	test('is written down, and told again changes nothing', async () => {
		const providerId = randomUUID();
		const id = await addMail(resend, { provider_id: providerId, recipient: 'back@example.com' });
		const about = { email_id: providerId, to: ['back@example.com'] };
		const delivered = event('email.delivered', about);
		const bounced = event('email.bounced', {
			...about,
			bounce: { type: 'Permanent', subType: 'General', message: 'No such mailbox' }
		});

		expect((await tell(delivered)).status).toBe(204);
		expect((await tell(bounced)).status).toBe(204);

		expect(await rowOf(id)).toMatchObject({
			delivered_at: expect.any(Date),
			bounced_at: expect.any(Date),
			bounce_reason: 'Bounced (Permanent, General): No such mailbox'
		});
		expect(await suppressed()).toEqual([{ email: 'back@example.com' }]);

		await sql(resend, 'DELETE FROM mail_suppressions');
		const before = await rowOf(id);
		expect((await tell(bounced)).status).toBe(204);
		expect(await rowOf(id)).toEqual(before);
		expect(await suppressed()).toEqual([]);
	});

	test('of a full mailbox does not give the address up; of a complaint it does', async () => {
		const tag = (id: string) => ({ outbox: id });
		const full = await addMail(resend, { recipient: 'full@example.com' });
		const angry = await addMail(resend, { recipient: 'angry@example.com' });
		const bounce = { type: 'Transient', subType: 'MailboxFull', message: 'Try later' };

		await tell(
			event('email.bounced', {
				email_id: randomUUID(),
				to: ['full@example.com'],
				tags: tag(full),
				bounce
			})
		);
		await tell(
			event('email.complained', {
				email_id: randomUUID(),
				to: ['Angry@example.com'],
				tags: tag(angry)
			})
		);

		expect(await rowOf(full)).toMatchObject({ bounced_at: expect.any(Date) });
		expect(await suppressed()).toEqual([{ email: 'angry@example.com' }]);
	});

	test('counts for nothing without its signature', async () => {
		const id = await addMail(resend, { provider_id: 'resend-forged' });
		const body = event('email.delivered', { email_id: 'resend-forged', to: [] });
		const signed = signEvent(body, webhookSecret);
		const minutesAgo = (n: number) => new Date(Date.now() - n * 60_000);
		const attempts: [what: string, body: string, headers: Record<string, string>][] = [
			['no signature', body, { 'content-type': 'application/json' }],
			['another key', body, signEvent(body, `whsec_${randomBytes(24).toString('base64')}`)],
			['another text', body.replace('resend-forged', 'resend-other'), signed],
			['an old time', body, signEvent(body, webhookSecret, minutesAgo(6))],
			['a time to come', body, signEvent(body, webhookSecret, minutesAgo(-6))],
			['another id', body, { ...signed, 'svix-id': 'msg_other' }],
			['an empty signature', body, { ...signed, 'svix-signature': '' }]
		];

		for (const [what, sent, headers] of attempts) {
			expect((await tell(sent, headers)).status, what).toBe(401);
		}
		expect(await rowOf(id)).toMatchObject({ delivered_at: null });
	});

	test('is not heard where no secret is set, and only as POST', async ({ app }) => {
		const body = event('email.delivered', { email_id: 'x', to: [] });
		const closed = await fetch(`${app.origin}/api/mail/resend`, {
			method: 'POST',
			headers: signEvent(body, webhookSecret),
			body
		});

		expect(closed.status).toBe(404);
		expect((await fetch(`${resend.origin}/api/mail/resend`)).status).toBe(405);
	});

	test('about something else, or not to be understood, is taken and forgotten', async () => {
		for (const body of [
			event('contact.created', { id: 'x' }),
			event('email.opened', { email_id: 'x', to: [] }),
			'[]',
			'"text"'
		]) {
			expect((await tell(body)).status, body).toBe(204);
		}
	});
});

test.describe('a sign-in mail over SMTP', () => {
	const certificate = makeCertificate();
	const account = { user: 'coda', pass: 'p@ss' };
	const environment = (port: number) => ({
		EMAIL_SERVER: `smtp://coda:p%40ss@127.0.0.1:${port}`,
		EMAIL_SERVER_CA: certificate.cert,
		EMAIL_FROM: '"Coda, tests" <hello@coda.test>'
	});

	test('arrives encrypted, from whom the operator named', async ({ app }) => {
		const sink = await startSmtpSink({ certificate, account });
		const coda = await startApp({ databaseUrl: app.databaseUrl, env: environment(sink.port) });
		const email = `${randomUUID()}@example.com`;

		await askForLink(coda, email);
		await expect.poll(() => sink.mails.length).toBe(1);
		await coda.stop();
		await sink.stop();

		expect(sink.encrypted).toBe(1);
		expect(sink.mails[0]).toContain('From: "Coda, tests" <hello@coda.test>');
		expect(sink.mails[0]).toContain(`To: ${email}`);
		expect(coda.output()).not.toContain(email);
	});

	test('is not lost by a crash while it is sent, and can be told when it comes twice', async ({
		app
	}) => {
		let crashed = false;
		let first = () => undefined as void;
		const begun = new Promise<void>((resolve) => (first = resolve));
		// The server has the mail, and the program ends before it hears so.
		const sink = await startSmtpSink({
			certificate,
			account,
			taken: () => {
				if (crashed) return undefined;
				first();
				return new Promise(() => undefined);
			}
		});
		const email = `${randomUUID()}@example.com`;
		const rowOf = async () =>
			(await sql(app, 'SELECT id, state FROM outbox WHERE recipient = $1', [email]))[0];

		const doomed = await startApp({ databaseUrl: app.databaseUrl, env: environment(sink.port) });
		await askForLink(doomed, email);
		await begun;
		await doomed.kill9();
		crashed = true;
		const left = await rowOf();
		// Its lease ends after a minute.
		await sql(app, 'UPDATE outbox SET next_attempt_at = now() WHERE recipient = $1', [email]);
		const next = await startApp({ databaseUrl: app.databaseUrl, env: environment(sink.port) });
		await fetch(`${next.origin}/api/cron/send-outbox`, {
			headers: { authorization: `Bearer ${next.cronSecret}` }
		});
		await expect.poll(rowOf).toMatchObject({ state: 'sent' });
		await next.stop();
		await doomed.stop().catch(() => undefined);
		await sink.stop();

		expect(left).toMatchObject({ state: 'pending' });
		expect(sink.mails).toHaveLength(1);
		expect(sink.mails[0]).toContain(`Message-ID: <${String(left?.id)}@coda.test>`);
	});
});

test.describe('stopping mails', () => {
	test.use({ expectedErrors: [/status of 400/] });

	const preferencesOf = async (app: App, { id }: Person) => {
		const [row] = await sql<{ preferences: object }>(
			app,
			'SELECT preferences FROM users WHERE id = $1',
			[id]
		);
		return row?.preferences;
	};

	test('takes a look and a button, without a session', async ({ app, ada, browser }) => {
		const stranger = await browser.newContext({ javaScriptEnabled: false });
		const page = await stranger.newPage();
		const path = `/unsubscribe?token=${unsubscribeToken(ada.id, 'news')}`;

		// As a scanner of mails looks at every link, and more than once.
		for (const method of ['GET', 'HEAD', 'GET']) await fetch(app.origin + path, { method });
		await page.goto(app.origin + path);
		await expect(page.getByText('News about Coda')).toBeVisible();
		expect(await preferencesOf(app, ada)).toEqual({});
		await page.getByRole('button', { name: 'Stop these mails' }).click();

		await expect(page.getByRole('heading', { name: 'Stopped.' })).toBeVisible();
		expect(await preferencesOf(app, ada)).toEqual({ notices: { news: false } });
		await stranger.close();
	});

	for (const [form, body] of [
		['a form', new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })],
		['a form of parts', oneClickParts()]
	] as const) {
		test(`works with one click in the mail program, sent as ${form}`, async ({ app, ada }) => {
			const response = await fetch(
				`${app.origin}/unsubscribe?token=${unsubscribeToken(ada.id, 'news')}`,
				{ method: 'POST', body, redirect: 'manual' }
			);

			expect(response.status).toBe(200);
			expect(await preferencesOf(app, ada)).toEqual({ notices: { news: false } });
		});
	}

	test('is refused with a token that was altered', async ({ app, ada, page }) => {
		const token = unsubscribeToken(ada.id, 'news');
		const altered = token.replace(/.$/, token.endsWith('A') ? 'B' : 'A');
		const address = `${app.origin}/unsubscribe?token=${altered}`;

		const response = await fetch(address, { method: 'POST', body: new URLSearchParams() });
		await page.goto(address);

		expect(response.status).toBe(400);
		await expect(page.getByText('This link is not complete')).toBeVisible();
		expect((await fetch(`${app.origin}/unsubscribe`)).status).toBe(400);
		expect(await preferencesOf(app, ada)).toEqual({});
	});

	test('is the only form that may come without saying from where', async ({ app }) => {
		const body = new URLSearchParams({ email: 'ada@example.com' });
		for (const origin of [undefined, 'https://evil.test', 'null']) {
			const headers = new Headers(origin ? { origin } : {});
			const response = await fetch(`${app.origin}/sign-in`, { method: 'POST', headers, body });
			expect(response.status).toBe(403);
		}
	});
});

function oneClickParts(): FormData {
	const form = new FormData();
	form.set('List-Unsubscribe', 'One-Click');
	return form;
}

test.describe('the mail log', () => {
	test.beforeEach(async ({ app, ada }) => {
		await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
		await sql(app, 'DELETE FROM outbox');
		await sql(app, 'DELETE FROM mail_suppressions');
	});

	test('says that there is nothing, and what to do', async ({ page }) => {
		await open(page, '/admin/mail');

		await expect(page.getByText('No mail was written in the last 30 days.')).toBeVisible();
		await expect(page.getByText('No address is held back.')).toBeVisible();
	});

	test('finds a mail, tells why it failed, and sends it again', async ({ app, page }) => {
		const email = `${randomUUID()}@example.com`;
		await askForLink(app, email);
		await newestMail(app, email);
		await sql(
			app,
			`UPDATE outbox SET state = 'failed', sent_at = NULL, last_error = '554 Looks like spam'`
		);
		await addMail(app, { recipient: 'other@example.com' });

		await open(page, '/admin/mail');
		await page.getByRole('searchbox', { name: 'Find' }).fill(email.slice(0, 20));
		await page.keyboard.press('Enter');
		await expect(page.getByText('554 Looks like spam')).toBeVisible();
		await expect(page.getByText('other@example.com')).toHaveCount(0);
		await page.getByRole('button', { name: `Send again to ${email}` }).click();

		await expect(page.getByText('The mail is sent again.')).toBeVisible();
		await expect(page.getByRole('searchbox', { name: 'Find' })).toHaveValue(email.slice(0, 20));
		await expect
			.poll(() => sql(app, 'SELECT state FROM outbox WHERE recipient = $1', [email]))
			.toEqual([{ state: 'sent' }]);
		const [entry] = await sql(app, `SELECT action FROM audit_entries WHERE action LIKE 'mail.%'`);
		expect(entry).toEqual({ action: 'mail.sendAgain' });
	});

	test('frees an address', async ({ app, page }) => {
		await sql(app, `INSERT INTO mail_suppressions (email, reason) VALUES ($1, $2)`, [
			'gone@example.com',
			'550 5.1.1 No such user'
		]);

		await open(page, '/admin/mail');
		await page.getByRole('button', { name: 'Lift the suppression of gone@example.com' }).click();

		await expect(page.getByText('leaves again from now on')).toBeVisible();
		await expect(page.getByText('No address is held back.')).toBeVisible();
	});
});

test('the development inbox shows a mail as it is, and can do nothing with it', async ({
	app,
	page
}) => {
	const email = `${randomUUID()}@example.com`;
	await askForLink(app, email);
	await newestMail(app, email);

	await open(page, '/dev/inbox');
	await page.getByRole('link', { name: email }).click();

	const mail = page.frameLocator('iframe');
	await expect(mail.getByText(`Sign in to Coda as ${email}.`)).toBeVisible();
	const src = await page.locator('iframe').getAttribute('src');
	const policy = (await fetch(app.origin + src)).headers.get('content-security-policy') ?? '';
	expect(policy).toContain("default-src 'none'");
	expect(policy).toContain('sandbox');
	expect(policy).not.toContain('allow-scripts');
	await page.getByRole('link', { name: 'Text' }).click();
	await expect(page.locator('pre')).toContainText('Sign in:');
});
