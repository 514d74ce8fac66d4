import pg from 'pg';
import { codeOf } from './script.ts';

/** The address of a database on the same server. */
export function databaseUrl(serverUrl: string, database: string): string {
	const url = new URL(serverUrl);
	url.pathname = `/${encodeURIComponent(database)}`;
	return url.href;
}

/** The name of the database in an address. */
export function databaseName(url: string): string {
	return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** Opens one connection, runs `action` with it and closes it. */
export async function withConnection<T>(
	url: string,
	action: (client: pg.Client) => Promise<T>
): Promise<T> {
	const client = new pg.Client({
		connectionString: url,
		connectionTimeoutMillis: 10_000,
		application_name: 'coda-scripts'
	});
	// A connection that breaks while idle is reported by the next query, which fails.
	client.on('error', () => {});
	try {
		await client.connect();
		return await action(client);
	} finally {
		await client.end();
	}
}

/** Makes a database unless it exists. Answers whether it did not exist. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<boolean> {
	return withConnection(databaseUrl(serverUrl, 'postgres'), async (client) => {
		const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
		if (rowCount) return false;
		try {
			await client.query(`create database ${client.escapeIdentifier(name)}`);
			return true;
		} catch (error) {
			if (codeOf(error) === '42P04' || codeOf(error) === '23505') return false; // made by another process
			throw error;
		}
	});
}

/** Removes a database with everything in it; whoever is connected to it is disconnected. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
	await withConnection(databaseUrl(serverUrl, 'postgres'), (client) =>
		client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
	);
}
