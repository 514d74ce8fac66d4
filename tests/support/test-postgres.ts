import { join } from 'node:path';
import { dataFolder, dataFolderPath } from '../../scripts/local/data-folder.ts';
import {
	databaseUrl,
	dropDatabase,
	withConnection
} from '../../scripts/local/postgres-connection.ts';
import { joinLocalPostgres } from '../../scripts/local/postgres.ts';
import { processIdentity } from '../../scripts/local/process-identity.ts';
import { applyMigrations } from '../../scripts/migrations/apply.ts';
import { migrationsDigest, readMigrations } from '../../scripts/migrations/folder.ts';
import { ADVISORY_LOCKS } from '../../src/lib/server/advisory-locks.ts';
import { templateVariable } from './environment.ts';

/** A Postgres for tests, with a migrated database that others are copied from. */
export interface TestPostgres {
	/** The address of the template. Copy it; nobody can connect to it. */
	templateUrl: string;
	/** Ends the use. The embedded server stops when the last one leaves. */
	leave(): Promise<void>;
}

/** Tests need no disk to survive a power cut. */
export const fastSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

const copyPrefix = 'coda_test_';
const templatePrefix = 'coda_template_';
let copies = 0;

/**
 * Joins the Postgres for tests: `TEST_DATABASE_URL` when it is set, else the embedded one, with data files
 * apart from those of `npm start`. Makes the template unless there is one of these migrations.
 */
export async function joinTestPostgres(): Promise<TestPostgres> {
	const given = process.env.TEST_DATABASE_URL;
	if (given) return { templateUrl: await ensureTemplate(given), leave: async () => {} };
	const { url, leave } = await joinLocalPostgres({
		folder: dataFolder(join(dataFolderPath(), 'test')),
		database: 'postgres',
		settings: fastSettings
	});
	try {
		await dropLeftovers(url);
		return { templateUrl: await ensureTemplate(url), leave };
	} catch (error) {
		await leave();
		throw error;
	}
}

/** A name that no other test uses, and by which a database is removed once its process was killed. */
export function newDatabaseName(): string {
	return `${copyPrefix}${process.pid}_${processIdentity(process.pid)}_${++copies}`;
}

/** Makes a database that is like the template, and answers its address. */
export async function copyTemplate(templateUrl: string): Promise<string> {
	const name = newDatabaseName();
	const template = new URL(templateUrl).pathname.slice(1);
	await withConnection(databaseUrl(templateUrl, 'postgres'), (client) =>
		client.query(`create database ${name} template ${template} strategy file_copy`)
	);
	return databaseUrl(templateUrl, name);
}

/** One more copy of this test run's template: tables have the same numbers in it. */
export const copyOfTemplate = () => copyTemplate(process.env[templateVariable] ?? '');

/** Removes a copy. */
export async function dropCopy(url: string): Promise<void> {
	await dropDatabase(url, new URL(url).pathname.slice(1));
}

/** A database counts as a template when it is finished, so that a killed run leaves none half-made. */
async function ensureTemplate(serverUrl: string): Promise<string> {
	const name = `${templatePrefix}${migrationsDigest(readMigrations())}`;
	const url = databaseUrl(serverUrl, name);
	await withConnection(databaseUrl(serverUrl, 'postgres'), async (client) => {
		await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.template]);
		const { rows } = await client.query<{ finished: boolean }>(
			'select datistemplate as finished from pg_database where datname = $1',
			[name]
		);
		if (rows[0]?.finished) return;
		await client.query(`drop database if exists ${name} with (force)`);
		await applyMigrations({ url });
		// Without connections to it a copy can be made at any time.
		await client.query(`alter database ${name} with is_template true allow_connections false`);
	});
	return url;
}

/** Removes what killed runs left behind, and templates of other migrations. */
async function dropLeftovers(serverUrl: string): Promise<void> {
	const current = `${templatePrefix}${migrationsDigest(readMigrations())}`;
	await withConnection(serverUrl, async (client) => {
		const { rows } = await client.query<{ name: string; isTemplate: boolean }>(
			'select datname as name, datistemplate as "isTemplate" from pg_database where datname like any($1)',
			[[`${copyPrefix}%`, `${templatePrefix}%`]]
		);
		for (const { name, isTemplate } of rows) {
			if (name === current || isUsed(name)) continue;
			// What was being dropped when its process was killed can be dropped, and nothing else.
			if (isTemplate) await client.query(`alter database ${name} with is_template false`);
			await client.query(`drop database ${name} with (force)`);
		}
	});
}

/** The name of a copy tells which process made it. */
function isUsed(name: string): boolean {
	const [pid, identity] = name.slice(copyPrefix.length).split('_');
	return name.startsWith(copyPrefix) && processIdentity(Number(pid)) === identity;
}
