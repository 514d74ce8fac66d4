import type pg from 'pg';
import { isTransactional } from '../../prisma/schema-engine/transactional.mjs';
import { ensureDatabase, databaseName, withConnection } from '../local/postgres-connection.ts';
import { codeOf, messageOf, ScriptError } from '../local/script.ts';
import { migrationsFolder, readMigrations, type Migration } from './folder.ts';
import { compare, readAttempts, type Attempt, type Comparison } from './history.ts';
import { takeMigrationLock, waitForEngines } from './lock.ts';
import { runPrisma, type PrismaOptions } from './prisma-cli.ts';

export interface ApplyOptions {
	/** The database; it is made when it is missing. */
	url: string;
	/** Told what happens, a line at a time. */
	say?: (line: string) => void;
	/** Another folder than the project's, with a Prisma configuration that names it. */
	other?: { folder: string; configFile: string };
}

/** How long a migration's statement waits for a table that others use, and how long it may run. */
const sessionSettings = ['lock_timeout=5s', 'statement_timeout=15min'];
/** How often Postgres looks whether a killed migration's client is still there. Not known on Windows. */
if (process.platform !== 'win32') sessionSettings.push('client_connection_check_interval=1s');

/**
 * Brings a database to the project's migrations, and answers how many were applied.
 *
 * One query tells when there is nothing to do. Else one process at a time: a transactional migration that
 * was interrupted is marked as rolled back, which it is, and Prisma applies what is pending.
 *
 * @throws ScriptError when the database cannot be reached, was migrated by edited files, or a migration fails
 */
export async function applyMigrations(options: ApplyOptions): Promise<{ applied: number }> {
	const { url, other } = options;
	const migrations = readMigrations(other?.folder ?? migrationsFolder);
	try {
		if (isUpToDate(await look(url, migrations))) return { applied: 0 };
	} catch (error) {
		if (error instanceof ScriptError) throw error;
		if (codeOf(error) !== '3D000') throw unreachable(url, error);
		await ensureDatabase(url, databaseName(url));
	}
	try {
		return await withConnection(url, (client) => applyHeld(client, migrations, options));
	} catch (error) {
		throw error instanceof ScriptError ? error : unreachable(url, error);
	}
}

async function applyHeld(
	client: pg.Client,
	migrations: readonly Migration[],
	{ url, say = () => {}, other }: ApplyOptions
): Promise<{ applied: number }> {
	await takeMigrationLock(client, say);
	const prisma = { url: withSettings(url), configFile: other?.configFile };
	await settleInterrupted(client, { migrations, prisma, say });
	const { pending } = compare(migrations, await readAttempts(client));
	if (pending.length > 0) await deploy(client, prisma);
	for (const { name } of pending) say(`Applied ${name}.`);
	return { applied: pending.length };
}

function look(url: string, migrations: Migration[]): Promise<Comparison> {
	return withConnection(url, async (client) => compare(migrations, await readAttempts(client)));
}

function isUpToDate({ pending, interrupted, changed }: Comparison): boolean {
	if (changed.length > 0) {
		throw new ScriptError(
			`${changed.join(', ')} was edited after this database applied it. Put the file back and write ` +
				'another migration; a local database can be made anew with "pnpm db:reset".'
		);
	}
	return pending.length === 0 && interrupted.length === 0;
}

interface Settling {
	migrations: readonly Migration[];
	prisma: PrismaOptions;
	say: (line: string) => void;
}

async function settleInterrupted(client: pg.Client, settling: Settling): Promise<void> {
	const { migrations, prisma, say } = settling;
	if (compare([], await readAttempts(client)).interrupted.length === 0) return;
	await waitForEngines(client, say);
	const { interrupted } = compare([], await readAttempts(client));
	for (const { name } of interrupted) {
		const migration = migrations.find((candidate) => candidate.name === name);
		if (!migration || !isTransactional(migration.sql)) throw notUndone(name);
		const { status, stderr } = await runPrisma(
			['migrate', 'resolve', '--rolled-back', name],
			prisma
		);
		if (status !== 0)
			throw new ScriptError(`${name} could not be marked as rolled back:\n${stderr}`);
		say(`${name} had been interrupted and left nothing: it is applied again.`);
	}
}

async function deploy(client: pg.Client, prisma: PrismaOptions): Promise<void> {
	const { status, stderr } = await runPrisma(['migrate', 'deploy'], prisma);
	if (status === 0) return;
	const failed = (await readAttempts(client)).find(({ state }) => state === 'interrupted');
	throw new ScriptError(
		failed ? failure(failed) : `The migrations could not be applied:\n${stderr}`
	);
}

/** The database's own words, without the engine's stack under them. */
function failure({ name, logs }: Attempt): string {
	const reason = (logs ?? '').split(/\n\s+0: /)[0]?.replace(/^external connector error\n/, '');
	return `The migration ${name} failed and left nothing:\n${reason?.trim() || 'no reason was recorded'}`;
}

function notUndone(name: string): ScriptError {
	return new ScriptError(
		`${name} was interrupted, and cannot run in a transaction: part of it may be there. Look for an ` +
			'invalid index or a half-made object, remove it, and then run ' +
			`"pnpm prisma migrate resolve --rolled-back ${name}".`
	);
}

/** Settings travel in the address, so that Prisma's connections have them too. */
function withSettings(url: string): string {
	const target = new URL(url);
	const own = target.searchParams.get('options');
	const flags = sessionSettings.map((setting) => `-c ${setting}`);
	target.searchParams.set('options', [...(own ? [own] : []), ...flags].join(' '));
	return target.href;
}

function unreachable(url: string, error: unknown): ScriptError {
	const { host } = new URL(url);
	const message = messageOf(error) || codeOf(error) || 'no reason was given';
	const hint = message.includes('unsupported startup parameter')
		? ' The address leads through a pooler: set DIRECT_URL to the one without.'
		: '';
	return new ScriptError(`The database at ${host} cannot be used: ${message}.${hint}`);
}
