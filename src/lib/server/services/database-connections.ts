import { db } from '../db';

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
}

type Row = ConnectionGroup & { taken: number; available: number };

/** Counts the connections by program and state, in one statement. Its own is among them. */
export async function countDatabaseConnections(): Promise<DatabaseConnections> {
	const rows = await db.$queryRaw<Row[]>`
		SELECT application_name AS application, coalesce(state, 'unknown') AS state,
			count(*)::int AS connections,
			floor(coalesce(extract(epoch FROM now() - min(xact_start)), 0))::int AS "oldestTransactionSeconds",
			(SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken,
			current_setting('max_connections')::int AS available
		FROM pg_stat_activity
		WHERE datname = current_database() AND backend_type = 'client backend'
		GROUP BY application_name, state
		ORDER BY count(*) DESC, application_name, state`;
	const [{ taken = 0, available = 0 } = {} as Partial<Row>] = rows;
	const groups = rows.map(({ taken: _taken, available: _available, ...group }) => group);
	return { groups, taken, available };
}
