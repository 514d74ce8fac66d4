import type { BrowserContext } from '@playwright/test';
import type { App } from '../support/app-server';
import { createIdea, createPerson, expect, signIn, sql } from '../support/e2e';
import { test } from '../support/own-app';
import { shut } from '../support/switches';
import { targets, type Target } from '../support/targets';

/** What may be sent in read-only all the same, and why. */
const MAY = new Map([
	['/sign-out', 'nobody is kept from leaving a computer that others use'],
	['/announcement', 'only this browser remembers it then'],
	['/ideas/export', 'it shows which ideas were selected, and keeps nothing']
]);

/** Every table as one hash, but for what is counted, the log and errors, and the sessions of those who leave with their entries. */
async function contents(app: App): Promise<Record<string, unknown>> {
	const tables = await sql<{ name: string }>(
		app,
		`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'
		 AND tablename NOT IN ('rate_limits', 'sessions', 'audit_entries', 'audit_keys', 'log_lines',
		 'statement_times', 'statement_errors', 'batch_marks')
		 AND tablename NOT LIKE 'error\\_%'`
	);
	const hashes: Record<string, unknown> = {};
	for (const { name } of tables) {
		const rows = `SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash FROM "${name}" AS t`;
		hashes[name] = (await sql(app, rows))[0]?.hash;
	}
	return hashes;
}

/** What any of them might take. @param origin of the application */
const send = (context: BrowserContext, origin: string, { method, path, ideaId }: Target) =>
	context.request.fetch(origin + path, {
		method,
		maxRedirects: 0,
		headers: { origin, accept: 'text/html' },
		form: {
			id: ideaId,
			title: 'Changed',
			version: '1',
			notes: 'Changed',
			star: 'star',
			clientKey: '01890000-0000-7000-8000-000000000000',
			email: 'someone@example.com',
			password: 'a long and unusual password 17',
			name: 'rateMultiplier',
			value: '2',
			text: 'Changed',
			format: 'csv',
			token: 'x'.repeat(43)
		}
	});

/** Who is not signed in is sent to do so first; what operators do is not there for anyone else. */
function refusals({ path }: Target, isSignedIn: boolean): number[] {
	if (!isSignedIn) return [503, 303];
	return path.startsWith('/admin') ? [404, 503] : [503];
}

test.afterEach(({ app }) => shut(app, 'off'));

test('no form and no endpoint changes anything in read-only', async ({ app, browser }) => {
	test.setTimeout(120_000);
	const ada = await createPerson(app);
	const ideaId = await createIdea(app, ada, 'Untouched');
	const all = targets(ideaId);
	// The walk finds what is known to be there.
	for (const path of [
		'/ideas?/create',
		`/ideas/${ideaId}?/save`,
		'/sign-in',
		'/admin/switches?/set'
	]) {
		expect(all.map((one) => one.path)).toContain(path);
	}
	await shut(app, 'read-only');
	const before = await contents(app);
	const [begin] = await sql<{ at: Date }>(app, 'SELECT now() AS at');

	for (const target of all) {
		for (const isSignedIn of [true, false]) {
			const context = await browser.newContext();
			if (isSignedIn) await signIn(app, context, ada);
			const response = await send(context, app.origin, target);
			const what = `${target.method} ${target.path}, ${isSignedIn ? 'signed in' : 'signed out'}`;
			const reason = MAY.get(target.path);
			if (reason) expect([200, 303], `${what}: ${reason}`).toContain(response.status());
			else expect(refusals(target, isSignedIn), what).toContain(response.status());
			await context.close();
		}
	}

	expect(await contents(app)).toEqual(before);
	expect(
		await sql(app, 'SELECT DISTINCT action FROM audit_entries WHERE at >= $1', [begin?.at])
	).toEqual([{ action: 'session.end' }]);
});

test('a form without a script keeps what was typed', async ({ app, browser }) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const ada = await createPerson(app);
	await signIn(app, context, ada);
	const page = await context.newPage();
	await page.goto(`${app.origin}/ideas`);
	await shut(app, 'read-only');
	await page.locator('input[name="title"]').fill('Typed at the wrong time');
	await page.getByRole('button', { name: 'Save idea' }).click();

	await expect(
		page.getByText('Coda is read-only for a while', { exact: false }).first()
	).toBeVisible();
	await expect(page.locator('input[name="title"]')).toHaveValue('Typed at the wrong time');
	await context.close();
});
