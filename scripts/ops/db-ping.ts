import pg from 'pg';
import { redactText } from '../../src/lib/server/log.ts';
import { messageOf, ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';

const TIMEOUT_MS = 5_000;

/** Asks a database for one row. @returns how long that took, in milliseconds, and its version */
export async function pingDatabase(url: string): Promise<{ ms: number; version: string }> {
	const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
	// A connection that breaks is reported by the query that needed it.
	client.on('error', () => undefined);
	const startedAt = performance.now();
	try {
		await client.connect();
		const { rows } = await client.query<{ version: string }>(
			`SELECT current_setting('server_version') AS version`
		);
		return {
			ms: Math.round(performance.now() - startedAt),
			version: rows[0]?.version ?? 'unknown'
		};
	} finally {
		await client.end();
	}
}

export const dbPing: Command = {
	usage: 'db:ping',
	summary: 'asks the database of DATABASE_URL for one row',
	async run() {
		const url = process.env.DATABASE_URL;
		if (!url) throw new ScriptError('DATABASE_URL is not set.');
		const { hostname } = new URL(url);
		try {
			const { ms, version } = await pingDatabase(url);
			console.log(`${hostname}: Postgres ${version} answered in ${ms} ms.`);
		} catch (error) {
			throw new ScriptError(`${hostname}: no answer. ${redactText(messageOf(error))}`);
		}
	}
};
