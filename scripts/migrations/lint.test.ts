import { describe, expect, test } from 'vitest';
import { lintMigrations, printReport } from './lint';

/** The report on one file, after the files before it. */
async function lint(sql: string, ...before: string[]) {
	const migrations = [...before, sql].map((text, index) => ({
		name: `${index}_test`,
		sql: text,
		checksum: ''
	}));
	const report = (await lintMigrations(migrations)).at(-1);
	if (!report) throw new Error('There is no report.');
	return report;
}

const locksOf = async (sql: string) =>
	(await lint(sql)).findings.map(({ table, lock }) => `${table} ${lock}`);

const problemsIn = async (sql: string, ...before: string[]) =>
	(await lint(sql, ...before)).findings.flatMap(({ problem }) => problem ?? []);

describe('locks', () => {
	test.each([
		['ALTER TABLE ideas ADD COLUMN a INT', ['ideas ACCESS EXCLUSIVE']],
		['ALTER TABLE ideas VALIDATE CONSTRAINT a', ['ideas SHARE UPDATE EXCLUSIVE']],
		['CREATE INDEX a ON ideas (title)', ['ideas SHARE']],
		['CREATE INDEX CONCURRENTLY a ON ideas (title)', ['ideas SHARE UPDATE EXCLUSIVE']],
		['CREATE TRIGGER a BEFORE UPDATE ON ideas EXECUTE FUNCTION f()', ['ideas SHARE ROW EXCLUSIVE']],
		['UPDATE ideas SET notes = title WHERE notes IS NULL', ['ideas ROW EXCLUSIVE']],
		['CREATE TABLE parts (idea_id UUID REFERENCES ideas (id))', ['ideas SHARE ROW EXCLUSIVE']],
		[
			'ALTER TABLE parts ADD CONSTRAINT a FOREIGN KEY (idea_id) REFERENCES ideas (id)',
			['parts SHARE ROW EXCLUSIVE', 'ideas SHARE ROW EXCLUSIVE']
		],
		['DO $$ BEGIN END $$', ['undefined unknown']],
		["CREATE TYPE star AS ENUM ('none')", []]
	])('of %s', async (sql, locks) => {
		expect(await locksOf(sql)).toEqual(locks);
	});

	test('on a table of the same file do not count', async () => {
		const sql = `CREATE TABLE parts (id INT);
			CREATE INDEX a ON parts (id);
			ALTER TABLE parts ALTER COLUMN id TYPE BIGINT;`;

		expect(printReport(await lint(sql))).toEqual(['0_test: locks nothing that exists']);
	});
});

describe('what loses data or breaks the previous release', () => {
	const destructive = [
		'DROP TABLE ideas',
		'ALTER TABLE ideas DROP COLUMN notes',
		'ALTER TABLE ideas ALTER COLUMN title TYPE VARCHAR(10)',
		'ALTER TABLE ideas ALTER COLUMN link_url SET NOT NULL',
		'ALTER TABLE ideas ADD COLUMN a INT NOT NULL',
		'ALTER TABLE ideas RENAME TO thoughts',
		'ALTER TABLE ideas RENAME COLUMN title TO name',
		"ALTER TYPE star RENAME VALUE 'none' TO 'no'",
		'ALTER TABLE ideas SET SCHEMA other',
		'TRUNCATE ideas',
		'DELETE FROM ideas',
		"UPDATE ideas SET notes = ''",
		'DROP TYPE star'
	];

	test.each(destructive)('is an error: %s', async (sql) => {
		expect(await problemsIn(sql)).toHaveLength(1);
	});

	test.each(destructive)('is allowed with a reason: %s', async (sql) => {
		expect(
			await problemsIn(`-- contract: nobody has read it since the last release\n${sql}`)
		).toEqual([]);
	});

	test.each([
		'DROP INDEX ideas_trash_idx',
		'ALTER INDEX a RENAME TO b',
		'DELETE FROM ideas WHERE deleted_at IS NOT NULL',
		'ALTER TABLE ideas ADD COLUMN a INT NOT NULL DEFAULT 0',
		"ALTER TYPE star ADD VALUE 'giga'"
	])('is not: %s', async (sql) => {
		expect(await problemsIn(sql)).toEqual([]);
	});

	test('a reason without words is none', async () => {
		expect(await problemsIn('-- contract:\nDROP TABLE ideas')).toHaveLength(1);
	});
});

describe('SET NOT NULL', () => {
	const add = 'ALTER TABLE ideas ADD CONSTRAINT a CHECK (link_url IS NOT NULL) NOT VALID;';
	const validate = 'ALTER TABLE ideas VALIDATE CONSTRAINT a;';
	const set = 'ALTER TABLE ideas ALTER COLUMN link_url SET NOT NULL;';

	test('is fine once a check has been validated, also in an earlier file', async () => {
		expect(await problemsIn(`${validate}\n${set}`, add)).toEqual([]);
	});

	test('is an error while the check is not validated', async () => {
		expect(await problemsIn(set, add)).toHaveLength(1);
	});
});

describe('NOT VALID', () => {
	const add = 'ALTER TABLE ideas ADD CONSTRAINT a CHECK (stars < 4) NOT VALID;';
	const validate = 'ALTER TABLE ideas VALIDATE CONSTRAINT a;';
	const oks = async (...files: [string, string][]) =>
		(await lintMigrations(files.map(([name, sql]) => ({ name, sql, checksum: '' })))).map(
			({ ok }) => ok
		);

	test('and its validation stand in two files', async () => {
		const both = `${add}\n${validate}`;

		expect(await oks(['20270101000000_both', both])).toEqual([false]);
		expect(await oks(['20270101000000_both', `-- contract: no reason helps\n${both}`])).toEqual([
			false
		]);
		expect(await oks(['20270101000000_add', add], ['20270101000001_validate', validate])).toEqual([
			true,
			true
		]);
	});

	test('of a release that is out stays as it was applied', async () => {
		expect(await oks(['20261125192600_check_tags', `${add}\n${validate}`])).toEqual([true]);
	});
});

describe('transactions', () => {
	const index = 'CREATE INDEX CONCURRENTLY a ON ideas (title);';

	test('CONCURRENTLY stands alone in its file', async () => {
		expect(await problemsIn(index)).toEqual([]);
		expect(await problemsIn(`${index}\nSELECT 1;`)).toHaveLength(1);
		expect(await problemsIn(`-- contract: no reason helps here\n${index}\nSELECT 1;`)).toHaveLength(
			1
		);
	});

	test('BEGIN and COMMIT are an error: a file is one transaction', async () => {
		expect(await problemsIn('BEGIN;\nSELECT 1;\nCOMMIT;')).toHaveLength(2);
	});

	test('the word in a text or a comment means nothing', async () => {
		expect(await problemsIn("-- concurrently\nSELECT 'concurrently';\nSELECT 1;")).toEqual([]);
	});
});

describe('a finding', () => {
	test('names the line, also after characters of several bytes', async () => {
		const { findings } = await lint('-- für die Großeltern 🎲\nSELECT 1;\n\nDROP TABLE ideas;');

		expect(findings).toMatchObject([{ line: 4, table: 'ideas' }]);
	});

	test('of SQL that Postgres cannot read says so', async () => {
		const { findings } = await lint('SELECT 1;\nCREATE TABEL ideas ();');

		expect(findings).toMatchObject([{ line: 2, problem: 'syntax error at or near "TABEL"' }]);
	});
});
