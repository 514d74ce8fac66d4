import pg from 'pg';
import type { App } from '../support/app-server';
import { expect, open, sql, test } from '../support/e2e';

test.use({ expectedErrors: [/status of 40[04]/] });

test.beforeEach(async ({ app, ada }) => {
	await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
});

/** Another program, which does something that somebody should look at. */
async function connect(app: App, name: string) {
	const client = new pg.Client({ connectionString: app.databaseUrl, application_name: name });
	// One that is ended says so here, too.
	client.on('error', () => undefined);
	await client.connect();
	const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
	return { client, pid: rows[0]?.pid ?? 0 };
}

/** A transaction that holds a table, and somebody who waits for it. */
async function lockWait(app: App) {
	const [holder, waiting] = [await connect(app, 'holder'), await connect(app, 'waiting')];
	await holder.client.query('BEGIN; LOCK TABLE daily_salts');
	const answer = waiting.client
		.query('SELECT count(*) FROM daily_salts')
		.catch((error: unknown) => error);
	await untilWaits(app, waiting.pid);
	return { holder, waiting, answer };
}

async function untilWaits(app: App, pid: number) {
	const waits = `SELECT pid FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'`;
	await expect.poll(() => sql(app, waits, [pid])).toHaveLength(1);
}

test('a statement that keeps others waiting is seen and cancelled, and the page says so', async ({
	app,
	page
}) => {
	const { holder, waiting, answer } = await lockWait(app);
	await open(page, '/admin/database');
	const now = page.getByRole('table', { name: 'What runs for long or waits' });
	await expect(now.getByRole('row', { name: `${holder.pid}` }).first()).toContainText(
		'Holds others up'
	);
	await expect(now.getByRole('row', { name: /Waits/ })).toContainText(
		'SELECT count(*) FROM daily_salts'
	);

	await page.getByRole('button', { name: `Cancel the statement of ${waiting.pid}` }).click();

	await expect(page.getByText(`The statement of ${waiting.pid} was cancelled.`)).toBeVisible();
	expect(await answer).toMatchObject({ code: '57014' });
	await expect(page.getByText('Nothing runs for long, nothing waits')).toBeVisible();
	expect(
		await sql(app, 'SELECT action FROM audit_entries WHERE target_id = $1', [`${waiting.pid}`])
	).toEqual([{ action: 'database.cancel' }]);
	await Promise.all([holder.client.end(), waiting.client.end()]);
});

test('a connection is ended after a question, once, also when two want it', async ({
	app,
	page,
	context
}) => {
	const { holder, waiting, answer } = await lockWait(app);
	const other = await context.newPage();
	await Promise.all([open(page, '/admin/database'), open(other, '/admin/database')]);
	for (const one of [page, other]) {
		await one.getByRole('link', { name: `End… connection ${holder.pid}` }).click();
	}

	await page.getByRole('alertdialog').getByRole('button', { name: 'End connection' }).click();
	await expect(page.getByText(`Connection ${holder.pid} was ended.`)).toBeVisible();
	await other.getByRole('alertdialog').getByRole('button', { name: 'End connection' }).click();

	await expect(other.getByText('It has ended by itself meanwhile')).toBeVisible();
	await answer;
	await expect(holder.client.query('SELECT 1')).rejects.toThrow();
	await waiting.client.end();
});

test('everything works without a script', async ({ app, ada: _ada, context, browser }) => {
	const { holder, waiting, answer } = await lockWait(app);
	const plain = await browser.newContext({
		javaScriptEnabled: false,
		storageState: await context.storageState()
	});
	const page = await plain.newPage();
	await page.goto(`${app.origin}/admin/database`);

	await page.getByRole('button', { name: `Cancel the statement of ${waiting.pid}` }).click();
	await expect(page.getByText('The statement was cancelled.')).toBeVisible();
	await answer;
	const again = waiting.client.query('SELECT count(*) FROM daily_salts');
	await untilWaits(app, waiting.pid);
	const end = page.getByRole('link', { name: `End… connection ${holder.pid}` });
	await expect(async () => {
		await page.goto(`${app.origin}/admin/database`);
		await expect(end).toBeVisible();
	}).toPass();
	await end.click();
	await page.getByRole('button', { name: 'End connection', exact: true }).click();

	await expect(page.getByText('The connection was ended.')).toBeVisible();
	await again;
	await Promise.all([plain.close(), waiting.client.end()]);
});

test('sizes, indexes and the program’s own statements are there, whatever tables are called', async ({
	app,
	page
}) => {
	await sql(
		app,
		`CREATE TABLE "Mixed ""Case"" Table" AS SELECT n, repeat(md5(n::text), 90) AS "Text" FROM generate_series(1, 20000) AS n`
	);
	await open(page, '/ideas');
	await expect
		.poll(async () => (await sql(app, 'SELECT statement FROM statement_times LIMIT 1')).length)
		.toBe(1);

	await open(page, '/admin/database');

	const largest = page.getByRole('table', { name: 'Tables, the largest first' });
	await expect(largest.getByRole('row').nth(1)).toContainText('Mixed "Case" Table');
	await expect(page.getByRole('table', { name: 'Indexes, the least used first' })).toBeVisible();
	const statements = page.getByRole('table', { name: /Statements of Coda/ });
	await expect(statements.getByRole('row').nth(1)).toContainText(/ms|s/);
	await expect(page.getByText('Nothing above needs it.', { exact: false })).toBeVisible();
	await page.getByRole('link', { name: '7 days' }).click();
	await expect(page).toHaveURL(/hours=168/);
	await sql(app, `DROP TABLE "Mixed ""Case"" Table"`);
});
