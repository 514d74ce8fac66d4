import { db, type Transaction } from '../db';
import { env } from '../env';

/** Connections of one program in one state. */
export interface ConnectionGroup {
	/** `coda-web`, `coda-scripts`, `psql`; empty where the program does not say. */
	application: string;
	/** `active`, `idle`, `idle in transaction`, …; `unknown` where Postgres does not tell us. */
	state: string;
	connections: number;
	/** How long the oldest of them has been in its transaction; 0 when none is. */
	oldestTransactionSeconds: number;
}

/** Who holds how many connections to the database server, and how many there can be. */
export interface DatabaseConnections {
	/** To this database, the most first. */
	groups: ConnectionGroup[];
	/** To all databases of the server. */
	taken: number;
	/** As many as the server takes. */
	available: number;
	/** Those of them that only superusers and accounts with a right of their own may take. */
	reserved: number;
	/** What this account, or this database, may have at most, where that is less; else `null`. */
	ownLimit: number | null;
	/** Whether this account sees what others do. Without it their states are unknown, and their statements hidden. */
	seesOthers: boolean;
}

type Row = ConnectionGroup & Omit<DatabaseConnections, 'groups'>;

/**
 * Counts the connections by program and state, in one statement. Its own is among them. Of accounts that this
 * one may not look at Postgres says neither the state nor the kind, but which database they are in: what is
 * in none is no client.
 */
export async function countDatabaseConnections(
	client: Transaction | typeof db = db
): Promise<DatabaseConnections> {
	const rows = await client.$queryRaw<Row[]>`
		WITH clients AS (
			SELECT * FROM pg_stat_activity
			WHERE CASE WHEN backend_type IS NULL THEN datname IS NOT NULL ELSE backend_type = 'client backend' END
		)
		SELECT application_name AS application, coalesce(state, 'unknown') AS state,
			count(*)::int AS connections,
			floor(coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0))::int
				AS "oldestTransactionSeconds",
			(SELECT count(*)::int FROM clients) AS taken,
			current_setting('max_connections')::int AS available,
			current_setting('superuser_reserved_connections')::int
				+ coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved,
			(SELECT min(most) FROM (
				SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user
				UNION ALL SELECT datconnlimit FROM pg_database WHERE datname = current_database()
			) AS limits (most) WHERE most >= 0) AS "ownLimit",
			pg_has_role('pg_read_all_stats', 'USAGE') AS "seesOthers"
		FROM clients WHERE datname = current_database()
		GROUP BY application_name, state
		ORDER BY count(*) DESC, application_name, state`;
	const [first] = rows;
	if (!first) throw new Error('Not even the connection that asked is there.');
	const { taken, available, reserved, ownLimit, seesOthers } = first;
	const groups = rows.map(({ application, state, connections, oldestTransactionSeconds }) => ({
		application,
		state,
		connections,
		oldestTransactionSeconds
	}));
	return { groups, taken, available, reserved, ownLimit, seesOthers };
}

/** How the connections of this program are bounded. */
export interface PoolSettings {
	/** As many as one process opens. */
	perProcess: number;
	/** Whether the address is that of a pooler: then the server sees the pooler's connections, not ours. */
	isPooled: boolean;
}

/** What the environment says about connections. */
export function poolSettings(): PoolSettings {
	const { DATABASE_POOL_MAX, DATABASE_URL = '' } = env();
	return { perProcess: DATABASE_POOL_MAX, isPooled: DATABASE_URL.includes('-pooler.') };
}
