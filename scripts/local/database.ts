import { dataFolder } from './data-folder.ts';
import { joinLocalPostgres, type LocalPostgres } from './postgres.ts';
import { ScriptError } from './script.ts';
import { stopSignal, stopped } from './stop-signal.ts';

/** A database to work on, until `leave`. */
export interface Database extends LocalPostgres {
	/** True when it is the one in the data folder. */
	embedded: boolean;
}

/**
 * The database of this environment: `DIRECT_URL` (or `DATABASE_URL_UNPOOLED`), which avoids a pooler,
 * else `DATABASE_URL`, else the embedded one, which is started when it doesn't run.
 */
export async function openDatabase(say: (line: string) => void = console.log): Promise<Database> {
	const { DIRECT_URL, DATABASE_URL_UNPOOLED, DATABASE_URL } = process.env;
	const url = DIRECT_URL || DATABASE_URL_UNPOOLED || DATABASE_URL;
	if (url) return { url, embedded: false, leave: async () => {} };
	const local = await joinLocalPostgres({ folder: dataFolder(), database: 'coda', say });
	return { ...local, embedded: true };
}

/**
 * Runs `action` with the database of this environment, and answers its result. The database is left also
 * when the process is asked to end meanwhile.
 */
export async function withDatabase<T>(action: (database: Database) => Promise<T>): Promise<T> {
	const signal = stopSignal();
	const database = await openDatabase();
	try {
		return await Promise.race([action(database), stopped(signal).then(giveUp)]);
	} finally {
		await database.leave();
	}
}

function giveUp(): never {
	throw new ScriptError('Stopped before it was done.', 130);
}
