import type pg from 'pg';
import { codeOf } from '../local/script.ts';
import type { Migration } from './folder.ts';

/** What the database knows of one attempt to apply a migration. */
export interface Attempt {
	name: string;
	checksum: string;
	state: 'applied' | 'interrupted' | 'rolled back';
	/** What Prisma wrote down when it failed. */
	logs: string | null;
}

/** The project's migrations compared with the database's. */
export interface Comparison {
	/** Not applied yet, in the order of applying. */
	pending: Migration[];
	/** Begun and neither finished nor rolled back: the process was killed, or the SQL failed. */
	interrupted: Attempt[];
	/** Applied, and edited since. */
	changed: string[];
}

/** Every attempt that the database remembers; none when it has never been migrated. */
export async function readAttempts(client: pg.Client): Promise<Attempt[]> {
	try {
		const { rows } = await client.query<Attempt>(
			`select migration_name as name, checksum, logs,
			        case when rolled_back_at is not null then 'rolled back'
			             when finished_at is not null then 'applied'
			             else 'interrupted' end as state
			   from _prisma_migrations order by started_at`
		);
		return rows;
	} catch (error) {
		if (codeOf(error) === '42P01') return []; // there is no such table
		throw error;
	}
}

/** Tells what is left to do. Migrations that only the database knows came with a newer release and stay. */
export function compare(
	migrations: readonly Migration[],
	attempts: readonly Attempt[]
): Comparison {
	const applied = new Map(
		attempts
			.filter(({ state }) => state === 'applied')
			.map(({ name, checksum }) => [name, checksum])
	);
	return {
		pending: migrations.filter(({ name }) => !applied.has(name)),
		interrupted: attempts.filter(({ state }) => state === 'interrupted'),
		changed: migrations
			.filter(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum)
			.map(({ name }) => name)
	};
}
