import { db, type Transaction } from '../db';
import { RETENTION } from '../retention';
import type { Actor } from './actor';
import { inBatches, type Purged, type Work } from './batches';

/** As many tables as are measured each day; those beyond are small. */
const MEASURED = 200;

/** What the page shows at most of the days that are kept. */
const SHOWN_DAYS = 90;

/** How large the database was on one day. */
export interface SizeOfDay {
	/** `2026-11-25`, in UTC. */
	day: string;
	bytes: number;
}

/** How large the database was, and which tables have grown. */
export interface Growth {
	/** Of the last ninety days, the oldest first; without days on which nothing was measured. */
	days: SizeOfDay[];
	/** By table, as `schema.table`: its size on the first day of the last week on which it was measured. */
	tablesBefore: Record<string, number>;
}

/**
 * Writes down how large the database and its tables are today. A second time the same day replaces the first.
 * Tables that somebody holds locked are left out for the day.
 *
 * @returns how many tables were measured
 */
export async function measureSizes(client: Transaction | typeof db = db): Promise<number> {
	const written = await client.$executeRaw`
		WITH locked AS MATERIALIZED (
			SELECT coalesce(i.indrelid, l.relation) AS oid
			FROM pg_locks AS l LEFT JOIN pg_index AS i ON i.indexrelid = l.relation
			WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
				AND l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid()
		), measured AS (
			SELECT n.nspname || '.' || c.relname AS relation, pg_total_relation_size(c.oid) AS bytes
			FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
			WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
				AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
				AND c.oid NOT IN (SELECT oid FROM locked)
			ORDER BY bytes DESC LIMIT ${MEASURED}
		)
		INSERT INTO database_sizes (day, relation, bytes)
		SELECT (now() AT TIME ZONE 'UTC')::date, relation, bytes FROM measured WHERE bytes IS NOT NULL
		UNION ALL SELECT (now() AT TIME ZONE 'UTC')::date, '', pg_database_size(current_database())
		ON CONFLICT (day, relation) DO UPDATE SET bytes = EXCLUDED.bytes`;
	return written - 1;
}

/** How large the database was day by day, and its tables a week ago. */
export async function readGrowth(
	_actor: Actor,
	client: Transaction | typeof db = db
): Promise<Growth> {
	const rows = await client.$queryRaw<(SizeOfDay & { relation: string })[]>`
		SELECT to_char(day, 'YYYY-MM-DD') AS day, relation, bytes::float AS bytes FROM database_sizes
		WHERE relation = '' AND day > (now() AT TIME ZONE 'UTC')::date - ${SHOWN_DAYS}::int
		UNION ALL (
			SELECT DISTINCT ON (relation) to_char(day, 'YYYY-MM-DD'), relation, bytes::float
			FROM database_sizes
			WHERE relation <> '' AND day >= (now() AT TIME ZONE 'UTC')::date - 7
				AND day < (now() AT TIME ZONE 'UTC')::date
			ORDER BY relation, day
		)
		ORDER BY day`;
	const days = rows.filter(({ relation }) => relation === '');
	const tables = rows.filter(({ relation }) => relation !== '');
	return {
		days: days.map(({ day, bytes }) => ({ day, bytes })),
		tablesBefore: Object.fromEntries(tables.map(({ relation, bytes }) => [relation, bytes]))
	};
}

/** Forgets sizes after their time. */
export function purgeSizes(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM database_sizes WHERE (day, relation) IN (
				SELECT day, relation FROM database_sizes
				WHERE day < (now() AT TIME ZONE 'UTC')::date - ${RETENTION.databaseSizeDays}::int
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
