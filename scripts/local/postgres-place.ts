import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './script.ts';

/** Where one local Postgres keeps its things: all beside each other in a data folder. */
export interface PostgresPlace {
	/** The data folder that holds the rest. */
	folder: string;
	/** Postgres' own files. */
	data: string;
	/** What the server writes while it runs. */
	log: string;
	/** One file for each process that uses the server. */
	users: string;
	/** Held while the server is made, started or stopped. */
	lock: string;
	/** The port of the last start, taken again when it is free. */
	port: string;
}

/** The files of the Postgres of a data folder. */
export function postgresPlace(folder: string): PostgresPlace {
	const data = join(folder, 'postgres');
	return {
		folder,
		data,
		log: `${data}.log`,
		users: `${data}.users`,
		lock: `${data}.lock`,
		port: `${data}.port`
	};
}

/** The last lines that the server wrote, for an error message. */
export function lastLogLines({ log }: PostgresPlace, count = 8): string {
	try {
		return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return '(nothing was written)';
		throw error;
	}
}
