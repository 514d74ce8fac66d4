import type { CancelStatement, EndConnection } from '$lib/schemas/database';
import { THRESHOLDS } from '$lib/thresholds';
import { db, type Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import type { Actor, PersonalActor } from './actor';
import { recordAudit } from './audit';

/** As much of a statement as is shown. Values that were bound to it are never part of its text. */
const QUERY_CHARS = 1_000;

/** As many connections as are listed. */
const LISTED = 50;

/** A connection that somebody should look at: it runs for long, waits for another, or is forgotten. */
export interface BusyConnection {
	pid: number;
	application: string;
	role: string;
	state: string;
	/** What it waits for: `Lock: transactionid`; empty when it works. */
	waitsFor: string;
	/** How long its statement runs, or ran last. */
	statementSeconds: number | null;
	/** How long its transaction is open; `null` when none is. */
	transactionSeconds: number | null;
	/** The beginning of its statement, literals as they were written; `null` where it may not be seen. */
	query: string | null;
	/** Connections that must end something before this one can go on. */
	blockedBy: number[];
	isLong: boolean;
	isForgotten: boolean;
	/** With the pid it names this connection, and this statement of it, and no later ones. */
	connectedAt: string | null;
	startedAt: string | null;
	/** Whether the account of this program may cancel and end it. */
	mayEnd: boolean;
}

const utc = (column: 'backend_start' | 'query_start') =>
	Prisma.raw(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'`);

/**
 * Connections to this database that run a statement for long, wait for others or keep them waiting, or forgot
 * that they are in a transaction; the longest first. Its own connection is none of them. What other accounts
 * do is only seen with the right to read all statistics.
 */
export function listActivity(
	_actor: Actor,
	client: Transaction | typeof db = db
): Promise<BusyConnection[]> {
	return client.$queryRaw<BusyConnection[]>`
		WITH seen AS MATERIALIZED (
			SELECT a.*, r.rolsuper,
				CASE WHEN wait_event_type = 'Lock' THEN pg_blocking_pids(pid) ELSE '{}' END AS blockers,
				coalesce(state = 'active' AND query_start < clock_timestamp()
					- make_interval(secs => ${THRESHOLDS.runningStatementSeconds}), false) AS long,
				coalesce(state LIKE 'idle in transaction%' AND state_change < clock_timestamp()
					- make_interval(secs => ${THRESHOLDS.idleInTransactionSeconds}), false) AS forgotten
			FROM pg_stat_activity AS a LEFT JOIN pg_roles AS r ON r.oid = usesysid
			WHERE datname = current_database() AND pid <> pg_backend_pid()
		)
		SELECT pid, application_name AS application, coalesce(usename, '')::text AS role,
			coalesce(state, 'unknown') AS state,
			CASE WHEN state = 'active' THEN coalesce(wait_event_type || ': ' || wait_event, '') ELSE '' END
				AS "waitsFor",
			greatest(0, extract(epoch FROM
				CASE WHEN state = 'active' THEN clock_timestamp() ELSE state_change END - query_start))::float
				AS "statementSeconds",
			greatest(0, extract(epoch FROM clock_timestamp() - xact_start))::float AS "transactionSeconds",
			CASE WHEN state IS NOT NULL THEN left(query, ${QUERY_CHARS}) END AS query,
			blockers AS "blockedBy", long AS "isLong", forgotten AS "isForgotten",
			${utc('backend_start')} AS "connectedAt", ${utc('query_start')} AS "startedAt",
			backend_type = 'client backend' AND (pg_has_role(usesysid, 'USAGE')
				OR pg_has_role('pg_signal_backend', 'USAGE') AND NOT rolsuper) IS TRUE AS "mayEnd"
		FROM seen
		WHERE (backend_type IN ('client backend', 'autovacuum worker') AND (long OR forgotten))
			OR cardinality(blockers) > 0 OR pid IN (SELECT unnest(blockers) FROM seen)
		ORDER BY cardinality(blockers) > 0, xact_start NULLS LAST, pid
		LIMIT ${LISTED}`;
}

/**
 * Asks a connection to give up the statement that was seen. One that has ended meanwhile is left alone, and so
 * is the next statement of the same connection.
 *
 * @throws NOT_FOUND when it has ended, FORBIDDEN when the account of this program may not
 */
export async function cancelStatement(actor: PersonalActor, input: CancelStatement): Promise<void> {
	const { pid, startedAt } = input;
	await signal(actor, { action: 'database.cancel', pid }, (tx) => {
		return tx.$queryRaw<Signalled[]>`
			SELECT pg_cancel_backend(pid) AS done FROM pg_stat_activity
			WHERE pid = ${pid} AND query_start = ${startedAt}::timestamptz AND state = 'active'
				AND datname = current_database() AND pid <> pg_backend_pid()
				AND backend_type = 'client backend'`;
	});
}

/**
 * Ends a connection with whatever it does: its transaction is rolled back. One that has ended meanwhile is left
 * alone.
 *
 * @throws NOT_FOUND when it has ended, FORBIDDEN when the account of this program may not
 */
export async function endConnection(actor: PersonalActor, input: EndConnection): Promise<void> {
	const { pid, connectedAt } = input;
	await signal(actor, { action: 'database.end', pid }, (tx) => {
		return tx.$queryRaw<Signalled[]>`
			SELECT pg_terminate_backend(pid) AS done FROM pg_stat_activity
			WHERE pid = ${pid} AND backend_start = ${connectedAt}::timestamptz
				AND datname = current_database() AND pid <> pg_backend_pid()
				AND backend_type = 'client backend'`;
	});
}

interface Signalled {
	done: boolean;
}

interface SignalEvent {
	action: 'database.cancel' | 'database.end';
	pid: number;
}

/** Sends the signal as the last thing of its transaction: what it cannot reach leaves no entry. */
async function signal(
	actor: PersonalActor,
	{ action, pid }: SignalEvent,
	send: (tx: Transaction) => Promise<Signalled[]>
): Promise<void> {
	try {
		await db.$transaction(async (tx) => {
			const event = { targetKind: 'connection', targetId: String(pid) };
			await recordAudit(tx, actor, { action, ...event });
			const [sent] = await send(tx);
			if (!sent?.done) throw refusal('NOT_FOUND', 'database.ended');
		});
	} catch (error) {
		if (isNotAllowed(error)) throw refusal('FORBIDDEN', 'database.notAllowed');
		throw error;
	}
}

/** Postgres’ code for a right that is missing. */
const NOT_ALLOWED = '42501';

function isNotAllowed(error: unknown): boolean {
	if (!(error instanceof Error) || !('code' in error) || error.code !== 'P2010') return false;
	return JSON.stringify('meta' in error ? error.meta : '').includes(NOT_ALLOWED);
}
