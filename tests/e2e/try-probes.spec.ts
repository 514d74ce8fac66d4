import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { App } from '../support/app-server';
import { expect, open, sql, test } from '../support/e2e';
import { setSwitch } from '../support/switches';

const run = promisify(execFile);

const asAdmin = (app: App, { id }: { id: string }) =>
	sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [id]);

test.describe('the page of probes', () => {
	test('tries all, says how it went, and keeps it', async ({ app, ada, page }) => {
		await asAdmin(app, ada);
		await open(page, '/admin/probes');

		await page.getByRole('button', { name: 'Try all now' }).click();

		const said = page.getByRole('status').filter({ hasText: 'Signing in works' });
		// Where the machine has much else to do, all of it together takes longer than one answer may.
		await expect(said).toContainText('Ideas works', { timeout: 30_000 });
		await expect(said).toContainText('Export works');
		await expect(said).toContainText('Relay was not tried. There is no relay.');
		await expect(page.locator('[data-probe=signIn]')).toContainText('Works');
		await expect(page.locator('[data-probe=relayEcho]')).toContainText('Not tried here');
		await expect(page.locator('[data-probe=relayEcho]').getByRole('button')).toHaveCount(0);
		await expect(
			page
				.locator('[data-probe=ideas]')
				.getByRole('img', { name: /^1 of 90 days tried, none with/ })
		).toBeVisible();
	});

	test('names the step and the cause of what fails', async ({ app, ada, page }) => {
		await asAdmin(app, ada);
		await sql(
			app,
			`INSERT INTO probe_runs (id, probe, is_ok, step, cause, duration_ms, release)
			VALUES (gen_random_uuid(), 'export', false, 'compare', 'the file is no JSON', 41, 'abc')`
		);

		await open(page, '/admin/probes');

		await expect(page.locator('[data-probe=export]')).toContainText(
			'At “compare”: the file is no JSON'
		);
		const failures = page.getByRole('table', { name: 'Failures' });
		await expect(failures.getByRole('row', { name: 'the file is no JSON' })).toContainText('41 ms');
	});

	test('is not there for anyone else', async ({ ada: _ada, page }) => {
		const answer = await page.request.get('/admin/probes');

		expect(answer.status()).toBe(404);
	});
});

test('the operator’s command tries where Coda runs, and fails in a pipeline', async ({ app }) => {
	test.slow();
	const ops = (args: string[], secret = app.cronSecret) =>
		run(process.execPath, ['--import', 'tsx', 'scripts/ops.ts', 'probe', ...args], {
			env: { ...process.env, CODA_URL: app.origin, CRON_SECRET: secret }
		});

	expect((await ops([])).stdout).toMatch(
		/^signIn +works, \d+ ms\nideas +works, \d+ ms\nexport +works, \d+ ms\nrelayEcho +not tried/
	);
	expect(JSON.parse((await ops(['ideas', '--json'])).stdout)).toMatchObject({
		success: true,
		probes: [{ probe: 'ideas', isOk: true }]
	});
	await expect(ops(['constructor'])).rejects.toMatchObject({ code: 2 });
	await expect(ops([], 'not-the-secret')).rejects.toMatchObject({ code: 1 });

	await setSwitch(app, 'maintenance', { mode: 'read-only' });
	try {
		await expect
			.poll(() => ops(['ideas']).catch((error: { code: number; stdout: string }) => error), {
				timeout: 20_000
			})
			.toMatchObject({ code: 1, stdout: expect.stringContaining('maintenance') });
	} finally {
		await sql(app, `DELETE FROM switches WHERE name = 'maintenance'`);
	}
});
