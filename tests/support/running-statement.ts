import pg from 'pg';
import { db } from '$lib/server/db';
import { env } from '$lib/server/env';

/** A statement of another program that would run for ten minutes, as the page of the database names it. */
export interface RunningStatement {
	pid: number;
	startedAt: string;
	connectedAt: string;
	/** What became of it: an error when it was cancelled. */
	ended: Promise<unknown>;
}

/** Starts a statement on a connection of its own, which is closed once it has ended. */
export async function startStatement(url = env().DATABASE_URL): Promise<RunningStatement> {
	const client = new pg.Client({ connectionString: url, application_name: 'coda-test-running' });
	// A connection that is ended says so here as well.
	client.on('error', () => undefined);
	await client.connect();
	const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
	const pid = rows[0]?.pid ?? 0;
	const ended = client
		.query('SELECT pg_sleep(600)')
		.catch((error: unknown) => error)
		// Whoever ended the connection has closed it already.
		.finally(() => client.end().catch(() => undefined));
	for (;;) {
		const [row] = await db.$queryRaw<{ startedAt: string; connectedAt: string }[]>`
			SELECT to_char(query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' AS "startedAt",
				to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' AS "connectedAt"
			FROM pg_stat_activity WHERE pid = ${pid} AND state = 'active' AND query LIKE '%pg_sleep(600)%'`;
		if (row) return { pid, ...row, ended };
	}
}
