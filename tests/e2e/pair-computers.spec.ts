import { randomUUID } from 'node:crypto';
import type { Response } from '@playwright/test';
import { PRESENCE_PATH } from '#protocol/addresses';
import { transformer } from '../../src/lib/transformer';
import { startApp, type App } from '../support/app-server';
import { overflows } from '../support/axe';
import { callingComputer } from '../support/calling-computer';
import { expect, open, sql, test as base } from '../support/e2e';
import { connect, relaySecrets, startRelay, type TestRelay } from '../support/relay';

/** An application with a relay beside it. */
const test = base.extend<object, { relay: TestRelay; app: App }>({
	relay: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from here
		async ({}, use) => {
			const relay = await startRelay();
			await use(relay);
			await relay.stop();
		},
		{ scope: 'worker' }
	],
	app: [
		async ({ relay }, use) => {
			const PUBLIC_RUNNER_DOWNLOAD_BASE = 'https://downloads.example/coda';
			const env = { PUBLIC_DEVMODE_RELAY_URL: relay.url, PUBLIC_RUNNER_DOWNLOAD_BASE };
			const app = await startApp({ env });
			await use(app);
			await app.stop();
		},
		{ scope: 'worker' }
	]
});

/** Tells the application what a relay would. */
const report = (app: App, body: object, secret = relaySecrets.internal) =>
	fetch(app.origin + PRESENCE_PATH, {
		method: 'POST',
		headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
		body: JSON.stringify(body)
	});

for (const javaScriptEnabled of [true, false]) {
	test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
		test.use({ javaScriptEnabled });

		test('a computer is looked at, let in, seen online, and unpaired', async ({
			page,
			ada,
			app,
			relay
		}) => {
			const main = page.locator('#main');
			const computer = await callingComputer(app.origin);
			await page.setViewportSize({ width: 360, height: 800 });
			await page.goto('/devices');
			await expect(main.getByText('No computer is paired yet')).toBeVisible();

			await page.goto('/pair');
			await main.getByLabel('Code').fill(computer.userCode.toLowerCase());
			await main.getByRole('button', { name: 'Look at the computer' }).click();
			await expect(main.getByText(computer.words)).toBeVisible();
			await expect(main.getByText('desk.local')).toBeVisible();
			expect(await overflows(page)).toBe(false);
			expect(await computer.poll()).toMatchObject({ reason: 'authorization_pending' });
			await main.getByRole('button', { name: 'Let it in' }).click();
			await expect(main.getByText('Ada’s desk is let in')).toBeVisible();
			await main.getByRole('link', { name: 'Go to your devices' }).click();
			await expect(main.getByText('Let in, not here yet')).toBeVisible();
			// As if it had waited.
			await sql(app, 'UPDATE pairings SET polled_at = NULL');
			const paired = await computer.poll();
			if (paired.state !== 'paired') throw new Error('It is not paired.');
			expect(paired.personEmail).toBe(ada.email);
			// With scripts the page sees by itself that it has come.
			if (!javaScriptEnabled) await page.reload();
			await expect(main.getByText('Offline', { exact: true })).toBeVisible();

			const { runnerId } = paired;
			const request = {
				role: 'runner-control',
				aud: 'development',
				sub: ada.id,
				runnerId
			} as const;
			const { ticket } = await computer.ticket(paired);
			const socket = await connect(relay.url, request, { ticket });
			await socket.said('ready');
			const change = {
				...{ runnerId, personId: ada.id, online: true, epoch: 1, atMs: Date.now() },
				connectionId: randomUUID()
			};
			const life = { relayId: randomUUID(), sequence: 0, leaving: false, changes: [change] };
			expect((await report(app, life)).status).toBe(200);
			await page.goto('/devices');
			await expect(main.getByText('Online', { exact: true })).toBeVisible();

			await main.getByText('Details', { exact: true }).click();
			await main.getByRole('button', { name: 'Unpair Ada’s desk' }).click();
			if (javaScriptEnabled) {
				const question = page.getByRole('alertdialog', { name: 'Unpair Ada’s desk?' });
				await question.getByRole('button', { name: 'Cancel' }).click();
				await main.getByRole('button', { name: 'Unpair Ada’s desk' }).click();
				await question.getByRole('button', { name: 'Unpair' }).click();
			}
			await expect(main.getByText('It is unpaired')).toBeVisible();
			expect(await socket.closed).toMatchObject({ reason: 'revoked' });
			await expect(computer.ticket(paired)).rejects.toMatchObject({
				data: { reason: 'runner.unknown' }
			});
		});
	});
}

for (const [who, minutes] of [
	['whoever has just signed in', 0],
	['whoever has to show first that it is them', 11]
] as const) {
	test(`a scanned code is filled in for ${who}, and the address keeps nothing of it`, async ({
		page,
		ada,
		app
	}) => {
		const { userCode } = await callingComputer(app.origin);
		const signedIn = (ago: number) =>
			sql(
				app,
				`UPDATE sessions SET authenticated_at = now() - make_interval(mins => $2)
				 WHERE user_id = $1`,
				[ada.id, ago]
			);
		await signedIn(minutes);

		await open(page, `/pair#${userCode}`);
		await expect(page).toHaveURL(/\/pair$/);
		if (minutes > 0) {
			await expect(page.getByRole('link', { name: 'Show that it is you' })).toBeVisible();
			await expect(page.locator('#main').getByLabel('Code')).toBeHidden();
			await signedIn(0);
			await open(page, '/pair');
		}

		await expect(page.locator('#main').getByLabel('Code')).toHaveValue(userCode);
		expect(await page.evaluate(() => Object.keys(sessionStorage).join())).not.toContain('scanned');
	});
}

test('looking at addresses lets nobody in', async ({ page, ada, app }) => {
	expect(ada.id).toBeTruthy();
	const computer = await callingComputer(app.origin);
	const [{ id } = { id: '' }] = await sql<{ id: string }>(
		app,
		'SELECT id FROM pairings ORDER BY created_at DESC LIMIT 1'
	);
	const query = `id=${id}&userCode=${computer.userCode}`;

	const decided = transformer.input.serialize({ id, userCode: computer.userCode });
	const input = encodeURIComponent(JSON.stringify(decided));

	for (const path of [
		...[`/pair?${query}`, `/pair?/approve&${query}`, `/pair?/deny&${query}`],
		...[`/api/trpc/pairings.approve?input=${input}`, `/api/trpc/pairings.deny?input=${input}`]
	]) {
		await page.context().request.get(path);
	}

	expect(await computer.poll()).toMatchObject({ reason: 'authorization_pending' });
});

test.describe('what goes wrong', () => {
	test.use({ expectedErrors: [/40\d|429/] });

	test('a wrong code, one that was turned away, and one that is over are said', async ({
		page,
		ada,
		app
	}) => {
		expect(ada.id).toBeTruthy();
		const main = page.locator('#main');
		const [denied, late] = [await callingComputer(app.origin), await callingComputer(app.origin)];
		const look = async (code: string) => {
			await main.getByLabel('Code').fill(code);
			const isAnswer = (answer: Response) =>
				answer.request().method() === 'POST' && answer.url().includes('/pair');
			await Promise.all([
				page.waitForResponse(isAnswer),
				main.getByRole('button', { name: 'Look at the computer' }).click()
			]);
			await expect(main.locator('[aria-busy="true"]')).toHaveCount(0);
		};
		await open(page, '/pair');

		await look('WDJB');
		await expect(main.getByText('A code has eight letters')).toBeVisible();
		await look(denied.userCode);
		await main.getByRole('button', { name: 'Turn it away' }).click();
		await expect(main.getByText('It was turned away')).toBeVisible();
		expect(await denied.poll()).toMatchObject({ reason: 'access_denied' });
		await open(page, '/pair');
		await look(denied.userCode);
		await expect(main.getByText('No computer waits under this code')).toBeVisible();
		await look(late.userCode);
		await expect(main.getByText(late.words)).toBeVisible();
		await sql(app, 'UPDATE pairings SET expires_at = now()');
		await main.getByRole('button', { name: 'Let it in' }).click();
		await expect(main.getByText('No computer waits under this code')).toBeVisible();
		for (const code of ['BBBB-BBBB', 'CCCC-CCCC', 'DDDD-DDDD']) await look(code);
		await expect(main.getByText('That was too often')).toBeVisible();
	});
});

test.describe('a computer that is gone meanwhile', () => {
	test.use({ javaScriptEnabled: false, expectedErrors: [/404/] });

	test('is no page that is missing', async ({ page, ada, app }) => {
		const id = randomUUID();
		await sql(
			app,
			`INSERT INTO runners (id, user_id, name, hostname, platform, version, public_key, credential_hash)
			 VALUES ($1, $2, 'Desk', 'desk.local', 'linux-x64', '0.1.0', '', 'gone')`,
			[id, ada.id]
		);
		const main = page.locator('#main');
		await page.goto('/devices');
		await main.getByText('Details', { exact: true }).click();
		await sql(app, 'DELETE FROM runners WHERE id = $1', [id]);

		await main.getByRole('button', { name: 'Unpair Desk' }).click();

		await expect(main.getByText('There is no such computer.')).toBeVisible();
		await expect(main.getByText('No computer is paired yet')).toBeVisible();
	});
});

test.describe('the runner for the computer that one sits at', () => {
	test.use({ userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36' });

	test('comes first, with what is typed there, and the others are behind', async ({
		page,
		ada,
		app
	}) => {
		expect(ada.id).toBeTruthy();
		await page.goto('/devices');
		const codes = page.locator('#main code');

		await expect(codes.filter({ visible: true })).toHaveCount(2);
		await expect(codes.first()).toHaveText(
			new RegExp(
				`^curl -fL https://downloads\\.example/coda/coda-runner-([\\d.]+)-darwin-arm64\\.tar\\.gz ` +
					`\\| tar -xz && \\./coda-runner-\\1-darwin-arm64/coda-runner pair --server ${app.origin}$`
			)
		);
		await page.getByText('Other systems').click();
		await expect(codes.filter({ visible: true })).toHaveCount(5);
		await expect(page.getByText('Windows (x64), in PowerShell: assembled for it')).toBeVisible();
	});
});

test('what was not built is not there to be downloaded', async ({ app }) => {
	const answer = await fetch(`${app.origin}/downloads/package.json`);

	expect(answer.status).toBe(404);
});

test('nobody but the relay says who is online', async ({ app }) => {
	const body = { relayId: 'x', sequence: 0, leaving: false, changes: [] };

	expect((await report(app, body, 'the secret of somebody else')).status).toBe(401);
	expect((await report(app, body, '')).status).toBe(401);
	expect((await report(app, { relayId: 'x' })).status).toBe(400);
	expect((await fetch(app.origin + PRESENCE_PATH)).status).toBe(405);
});

test('pages may connect to the relay, and to nothing else', async ({ page, ada, relay }) => {
	expect(ada.id).toBeTruthy();
	const answer = await page.goto('/devices');

	const policy = answer?.headers()['content-security-policy'] ?? '';

	expect(policy).toContain(`connect-src 'self' ws://${new URL(relay.url).hostname}:*;`);
});
