import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';

/*
 * Every statement that a page for operators tells them to type is run, as the owner of a database in which a
 * table and an index have awkward names. Statements that need more than that are listed with the reason.
 */

const FOLDER = new URL('../../docs/operations/', import.meta.url);

/** Statements that are not run here. */
const ELSEWHERE: [RegExp, string][] = [
	[/coda_app/, 'needs a role of that name: audit-role.test.ts makes one'],
	[/^CREATE EXTENSION/, 'needs a library that is loaded at the start of the server'],
	[/_prisma_migrations/, 'a copy of the template has it only where Prisma made it']
];

let client: pg.Client;

beforeAll(async () => {
	client = new pg.Client(process.env.DATABASE_URL);
	await client.connect();
	await client.query(
		`CREATE TABLE "Mixed ""Case"" Table" ("Id" int PRIMARY KEY); INSERT INTO "Mixed ""Case"" Table" VALUES (1)`
	);
});

afterAll(() => client.end());
beforeEach(async () => void (await client.query('BEGIN')));
afterEach(async () => void (await client.query('ROLLBACK')));

/** The statements of a page, in order. */
function statementsOf(page: string): string[] {
	const text = readFileSync(new URL(page, FOLDER), 'utf8');
	return [...text.matchAll(/^ *```sql\n([\s\S]*?)^ *```$/gm)]
		.flatMap(([, block = '']) => block.split(/;\s*$/m))
		.map((statement) => statement.trim())
		.filter(Boolean);
}

const pages = readdirSync(FOLDER).filter((name) => name.endsWith('.md'));
const all = pages.flatMap((page) => statementsOf(page).map((sql): [string, string] => [page, sql]));
const run = all.filter(([, sql]) => !ELSEWHERE.some(([pattern]) => pattern.test(sql)));

test('statements are found where they are known to be', () => {
	for (const page of ['database.md', 'incident-database.md', 'cron.md', 'migrations.md'])
		expect(statementsOf(page).length, page).toBeGreaterThan(1);
});

test.each(run)('%s: %s', async (_page, sql) => {
	await expect(client.query(sql)).resolves.toBeDefined();
});

describe('the page of the database', () => {
	const statement = (part: RegExp) =>
		all.find(([page, sql]) => page === 'database.md' && part.test(sql))?.[1] ?? '';

	test('lists tables by size with the names that they have', async () => {
		const { rows } = await client.query<{ table: string }>(statement(/pg_total_relation_size/));

		expect(rows.map(({ table }) => table)).toContain('Mixed "Case" Table');
	});

	test('lists indexes by use with the names that they have', async () => {
		const { rows } = await client.query<{ table: string; index: string }>(
			statement(/idx_tup_read/)
		);

		expect(rows).toContainEqual(
			expect.objectContaining({ table: 'Mixed "Case" Table', index: 'Mixed "Case" Table_pkey' })
		);
	});

	test('lists no statement of its own, nor of another database', async () => {
		const elsewhere = new pg.Client({
			connectionString: process.env.DATABASE_URL?.replace(/\/[^/?]+(?=\?|$)/, '/postgres')
		});
		await elsewhere.connect();
		const sleeping = elsewhere.query('SELECT pg_sleep(5.5)');

		await client.query('SELECT pg_sleep(5.2)');
		const { rows } = await client.query<{ query: string }>(statement(/AS duration/));
		await sleeping;
		await elsewhere.end();

		expect(rows).toEqual([]);
	}, 20_000);
});
