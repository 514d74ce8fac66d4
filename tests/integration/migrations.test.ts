import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { databaseUrl, dropDatabase, withConnection } from '../../scripts/local/postgres-connection';
import { projectPath } from '../../scripts/local/project';
import { applyMigrations } from '../../scripts/migrations/apply';
import { readMigrations } from '../../scripts/migrations/folder';
import { schemaDifference } from '../../scripts/migrations/generate';
import { templateVariable } from '#tests/support/environment';
import { MigrationFolder } from '#tests/support/migration-folder';
import { newDatabaseName } from '#tests/support/test-postgres';

const made: string[] = [];
const folders: MigrationFolder[] = [];

/** The address of a database that does not exist yet. */
function newDatabase(): string {
	const url = databaseUrl(process.env[templateVariable] ?? '', newDatabaseName());
	made.push(url);
	return url;
}

function newFolder(): MigrationFolder {
	const folder = new MigrationFolder();
	folders.push(folder);
	return folder;
}

/** The project's migrations before the one whose name ends so, and from that one on. */
function migrationsAround(ending: string) {
	const all = readMigrations();
	const at = all.findIndex(({ name }) => name.endsWith(ending));
	return { before: all.slice(0, at), from: all.slice(at) };
}

/** The first column of a query's rows. */
async function values(url: string, sql: string): Promise<unknown[]> {
	return withConnection(url, async (client) => {
		const { rows } = await client.query<{ value: unknown }>(sql);
		return rows.map(({ value }) => value);
	});
}

const tables = (url: string) =>
	values(
		url,
		`select table_name as value from information_schema.tables
		  where table_schema = 'public' and table_name not like '\\_prisma%' order by 1`
	);

afterEach(() => {
	for (const folder of folders.splice(0)) folder.remove();
});

afterAll(async () => {
	for (const url of made) await dropDatabase(url, new URL(url).pathname.slice(1));
});

describe('the migrations of the project', () => {
	test('lead from nothing to the schema, and a second run does nothing', async () => {
		const url = newDatabase();

		const first = await applyMigrations({ url });
		const second = await applyMigrations({ url });

		expect(first.applied).toBe(readMigrations().length);
		expect(second.applied).toBe(0);
		expect(await tables(url)).toContain('ideas');
	});

	test('make exactly what the schema says', async () => {
		const difference = await schemaDifference(databaseUrl(newDatabase(), 'postgres'));

		expect(difference).toBe('');
	});

	test('are applied once when five processes run at once', async () => {
		const url = newDatabase();
		const run = async () => {
			const args = ['--import', 'tsx', projectPath('scripts/db-migrate.ts')];
			const child = spawn(process.execPath, args, {
				cwd: projectPath('.'),
				env: { ...process.env, DATABASE_URL: url, DIRECT_URL: '' }
			});
			let output = '';
			child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
			const [code] = await once(child, 'close');
			return { code, last: output.trimEnd().split('\n').at(-1) };
		};

		const results = await Promise.all([run(), run(), run(), run(), run()]);

		const applied = `db:migrate applied=${readMigrations().length}`;
		expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
		expect(results.filter(({ last }) => last === applied)).toHaveLength(1);
		expect(results.filter(({ last }) => last === 'db:migrate applied=0')).toHaveLength(4);
	}, 120_000);
});

describe('what stands beside a member of its idea', () => {
	test('is mended where it was copied before the triggers were there', async () => {
		const url = newDatabase();
		const folder = newFolder();
		const { before, from } = migrationsAround('_mend_board_order');
		for (const { name, sql } of before) folder.write(name, sql);
		await applyMigrations({ url, other: folder });
		await values(
			url,
			`with ada as (insert into users (id, email) values (gen_random_uuid(), 'ada@example.com') returning id),
				made as (
					insert into ideas (id, owner_id, client_key, title)
					select gen_random_uuid(), id, gen_random_uuid(), title
					from ada, unnest(array['Gone', 'Old name', 'Same']) as title returning *
				)
			insert into idea_members (idea_id, user_id, role, position)
			select made.id, owner_id, 'owner', 'a0' from made returning position as value`
		);
		await withConnection(url, (client) =>
			client.query(`
			alter table ideas disable trigger ideas_copy_to_members;
			update ideas set title = 'New name' where title = 'Old name';
			update ideas set deleted_at = now(), undo_expires_at = now() where title = 'Gone';
			alter table ideas enable trigger ideas_copy_to_members`)
		);

		for (const { name, sql } of from) folder.write(name, sql);
		await applyMigrations({ url, other: folder });

		const seen = await values(
			url,
			'select idea_title as value from idea_members where idea_deleted_at is null order by 1'
		);
		expect(seen).toEqual(['New name', 'Same']);
	}, 120_000);
});

describe('histograms of how fast pages were', () => {
	test('have what was counted by bucket, and what an older build counts later', async () => {
		const url = newDatabase();
		const folder = newFolder();
		const { before, from } = migrationsAround('_fill_histograms_of_vitals');
		for (const { name, sql } of before) folder.write(name, sql);
		await applyMigrations({ url, other: folder });
		await values(
			url,
			`insert into vital_totals (day, route, device, metric, bucket, loads) values
				('2026-11-01', '/', '', 'lcp', 0, 5), ('2026-11-01', '/', '', 'lcp', 92, 7),
				('2026-11-01', '/', 'mobile', 'cls', 40, 1), ('2026-11-02', '/', '', 'lcp', 41, 2)`
		);
		const [fill] = from;
		folder.write(fill?.name ?? '', fill?.sql ?? '');
		await applyMigrations({ url, other: folder });

		const seen = () =>
			values(
				url,
				`select concat_ws(' ', day, device, metric, cardinality(loads), (
					select string_agg(place - 1 || ':' || n, ' ' order by place)
					from unnest(loads) with ordinality as u (n, place) where n > 0
				)) as value from vital_histograms order by day, device`
			);
		expect(await seen()).toEqual([
			'2026-11-01  lcp 93 0:5 92:7',
			'2026-11-01 mobile cls 93 40:1',
			'2026-11-02  lcp 93 41:2'
		]);

		await values(
			url,
			`with fewer as (update vital_totals set loads = 1 where bucket = 0),
				more as (update vital_totals set loads = 3 where bucket = 41)
			insert into vital_totals values ('2026-11-03', '/', '', 'lcp', 1, 4)`
		);
		await values(url, fill?.sql ?? '');

		expect(await seen()).toEqual([
			'2026-11-01  lcp 93 0:5 92:7',
			'2026-11-01 mobile cls 93 40:1',
			'2026-11-02  lcp 93 41:3',
			'2026-11-03  lcp 93 1:4'
		]);
	}, 120_000);
});

describe('a migration that is interrupted', () => {
	test('leaves nothing when it is killed, and a rerun applies it', async () => {
		const url = newDatabase();
		const folder = newFolder();
		folder.write('20260101000000_set_pace', 'CREATE TABLE pace AS SELECT 30 AS seconds;');
		folder.write(
			'20260102000000_make_tables',
			`CREATE TABLE before_the_kill (id INT);
			 SELECT pg_sleep((SELECT max(seconds) FROM pace));
			 CREATE TABLE after_the_kill (id INT);`
		);
		const args = ['--import', 'tsx', projectPath('tests/support/apply-migrations.ts')];
		const child = spawn(process.execPath, [...args, url, folder.folder, folder.configFile], {
			cwd: projectPath('.'),
			detached: true,
			stdio: 'ignore'
		});
		const sleeping = `select count(*)::int as value from pg_stat_activity
		                   where datname = current_database() and wait_event = 'PgSleep'`;
		await expect
			.poll(async () => values(url, sleeping).catch(() => [0]), { timeout: 30_000 })
			.toEqual([1]);

		process.kill(-(child.pid ?? 0), 'SIGKILL'); // the wrapper, Prisma and its engine
		await once(child, 'exit');
		await expect.poll(() => values(url, sleeping), { timeout: 10_000 }).toEqual([0]);

		expect(await tables(url)).toEqual(['pace']);
		await values(url, 'update pace set seconds = 0 returning seconds as value');
		const rerun = await applyMigrations({ url, other: folder });
		expect(rerun.applied).toBe(1);
		expect(await tables(url)).toEqual(['after_the_kill', 'before_the_kill', 'pace']);
	}, 120_000);

	test('is recorded in its own transaction, so that no kill comes between the two', async () => {
		const url = newDatabase();
		const folder = newFolder();
		folder.write(
			'20260101000000_look_at_record',
			'CREATE TABLE seen AS SELECT finished_at IS NOT NULL AS value FROM _prisma_migrations;'
		);

		await applyMigrations({ url, other: folder });

		expect(await values(url, 'select value from seen')).toEqual([true]);
	}, 120_000);

	test('is named when its SQL fails, leaves nothing, and is applied once it is mended', async () => {
		const url = newDatabase();
		const folder = newFolder();
		folder.write(
			'20260101000000_make_tables',
			'CREATE TABLE first (id INT);\nCREATE TABLE second (id NO_SUCH_TYPE);'
		);

		await expect(applyMigrations({ url, other: folder })).rejects.toThrow(
			/20260101000000_make_tables failed[\s\S]*"no_such_type" does not exist/
		);
		expect(await tables(url)).toEqual([]);

		folder.write('20260101000000_make_tables', 'CREATE TABLE first (id INT);');
		expect(await applyMigrations({ url, other: folder })).toEqual({ applied: 1 });
		expect(await tables(url)).toEqual(['first']);
	}, 120_000);

	test('is refused when it cannot run in a transaction: part of it may be there', async () => {
		const url = newDatabase();
		const folder = newFolder();
		folder.write(
			'20260101000000_make_table',
			'CREATE TABLE items (id INT);\nINSERT INTO items VALUES (1), (1);'
		);
		folder.write(
			'20260102000000_add_index',
			'CREATE UNIQUE INDEX CONCURRENTLY items_id ON items (id);'
		);

		const run = () => applyMigrations({ url, other: folder });

		await expect(run()).rejects.toThrow(/20260102000000_add_index failed/);
		await expect(run()).rejects.toThrow(/20260102000000_add_index was interrupted, and cannot run/);
	}, 120_000);

	test('is refused when it was edited after it was applied', async () => {
		const url = newDatabase();
		const folder = newFolder();
		folder.write('20260101000000_make_table', 'CREATE TABLE made (id INT);');
		await applyMigrations({ url, other: folder });

		folder.write('20260101000000_make_table', 'CREATE TABLE made (id BIGINT);');

		await expect(applyMigrations({ url, other: folder })).rejects.toThrow(/was edited/);
	}, 120_000);
});
