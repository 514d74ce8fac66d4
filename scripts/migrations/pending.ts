import { withConnection } from '../local/postgres-connection.ts';
import { readMigrations } from './folder.ts';
import { compare, readAttempts } from './history.ts';

/** The names of the project's migrations that a database has not applied. */
export async function pendingMigrations(url: string): Promise<string[]> {
	const attempts = await withConnection(url, readAttempts);
	return compare(readMigrations(), attempts).pending.map(({ name }) => name);
}
