import { parseEnv, type Env } from '../../src/lib/server/env.ts';
import { applyMigrations } from '../migrations/apply.ts';
import { pendingMigrations } from '../migrations/pending.ts';
import { seedDemo } from '../seed/demo.ts';
import { dataFolder } from './data-folder.ts';
import { openDatabase, type Database } from './database.ts';
import { isLoopback, loadEnvFile } from './environment.ts';
import { ScriptError } from './script.ts';
import { localSecrets } from './secrets.ts';

const madeSecrets = [
	'AUTH_SECRET',
	'CRON_SECRET',
	'DEVMODE_JWT_SECRET',
	'DEVMODE_GRANT_KEY',
	'RELAY_INTERNAL_SECRET'
] as const;

/**
 * Completes `process.env` with `.env` and, in development, with what is missing: there secrets are made
 * once and kept, and mails stay on this computer.
 *
 * @throws EnvError when the environment of another tier is not complete
 */
export async function prepareEnvironment(): Promise<Env> {
	loadEnvFile();
	process.env.CODA_TIER ||= 'development';
	if (process.env.CODA_TIER === 'development') {
		const missing = madeSecrets.filter((name) => !process.env[name]);
		if (missing.length > 0) Object.assign(process.env, await localSecrets(dataFolder(), missing));
		if (!process.env.RESEND_API_KEY) process.env.EMAIL_SERVER ||= 'stream';
	}
	return parseEnv(process.env);
}

export interface DatabaseOptions {
	say: (line: string) => void;
	/** Fill the demo person's board. */
	demo: boolean;
	/** Given up between two steps when it is aborted. */
	signal: AbortSignal;
}

/** Opens the database of the environment and migrates it. The caller leaves it in the end. */
export async function prepareDatabase({ say, demo, signal }: DatabaseOptions): Promise<Database> {
	const database = await openDatabase(say);
	try {
		signal.throwIfAborted();
		process.env.DATABASE_URL ||= database.url;
		await refuseToMigrateElsewhere(database);
		await applyMigrations({ url: database.url, say });
		if (demo) say(await seedDemo(database.url));
		signal.throwIfAborted();
		return database;
	} catch (error) {
		await database.leave();
		throw error;
	}
}

/** A database on another computer may be everyone's: starting Coda here does not change it. */
async function refuseToMigrateElsewhere({ url, embedded }: Database): Promise<void> {
	if (embedded || isLoopback(url)) return;
	const pending = await pendingMigrations(url);
	if (pending.length === 0) return;
	throw new ScriptError(
		`The database on ${new URL(url).hostname} lacks ${pending.join(', ')}. ` +
			'Look at what that does with "pnpm ops migrate:preflight", apply it with "pnpm db:migrate", then start again.'
	);
}
