import { CircuitBreaker, CircuitOpenError, type BreakerState } from './circuit-breaker';
import { count } from './counters';
import { watchPool } from './database-pools';
import { adapterFor, db } from './db';
import { env } from './env';
import { log } from './log';
import { PrismaClient } from './prisma/client';
import { RefusalCause } from './refusal';
import { reads } from './request-context';
import { within } from './within';

/**
 * After a change the person reads from the primary for this long: a replica that is further behind than that
 * is reported, and may show a person an older state of what they did in another browser.
 */
export const PRIMARY_SECONDS = 10;

const processWide = globalThis as typeof globalThis & { codaReplica?: PrismaClient };
const breaker = new CircuitBreaker();

/** The client of the read replica, where one is configured. It connects at the first query. */
export function replica(): PrismaClient | undefined {
	const { DATABASE_REPLICA_URL: url, DATABASE_POOL_MAX } = env();
	if (!url) return undefined;
	return (processWide.codaReplica ??= new PrismaClient({
		adapter: watchPool(
			'replica',
			adapterFor(url, DATABASE_POOL_MAX, { application: 'coda-web-reads' })
		)
	}));
}

/** Whether reads go to a replica at the moment. */
export const replicaState = (): BreakerState => breaker.state;

/** The replica, for whoever may be shown an older state. */
const readable = () => (reads()?.mayBeBehind ? replica() : undefined);

/** Whether lists are read from a database that may be behind: what they say is not to be kept as the present state. */
export const mayReadBehind = (): boolean => readable() !== undefined;

/**
 * Reads a list from the replica, where there is one. The primary answers for whoever has just changed
 * something, outside of requests, and whenever the replica does not: it may be away, too slow, or have thrown
 * the query out for what arrived from the primary meanwhile.
 */
export async function readFromReplica<T>(read: (client: PrismaClient) => Promise<T>): Promise<T> {
	const client = readable();
	if (!client) return read(db);
	try {
		return await breaker.run(() => read(client));
	} catch (error) {
		if (isRefusal(error)) throw error;
		count('reads.fromPrimary');
		if (!(error instanceof CircuitOpenError)) log('warn', 'Replica did not answer', { error });
		return read(db);
	}
}

/** A rule that said no has said it of what was asked, not of where. */
const isRefusal = (error: unknown): boolean =>
	error instanceof Error && error.cause instanceof RefusalCause;

/** How far the replica is behind. */
export interface ReplicaLag {
	seconds: number;
}

/**
 * Asks the replica how far it is behind; nothing where there is none. One that has everything is not behind,
 * however long ago the last change was.
 */
export async function readReplicaLag(): Promise<ReplicaLag | undefined> {
	const client = replica();
	if (!client) return undefined;
	const [lag] = await client.$queryRaw<ReplicaLag[]>`
			SELECT CASE
				WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
				ELSE greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp()))
			END::float AS seconds`;
	return lag;
}

/** What is known of the replica: there is none, how far it is behind, or that it does not answer. */
export type KnownLag =
	{ state: 'none' } | { state: 'silent' } | { state: 'following'; seconds: number };

/** How long the replica may take to say how far it is behind. */
const LAG_MS = 1_000;

/** How far the replica is behind, for a page that must not wait for it. */
export async function replicaLag(): Promise<KnownLag> {
	if (!replica()) return { state: 'none' };
	const lag = await within(LAG_MS, readReplicaLag());
	return lag ? { state: 'following', ...lag } : { state: 'silent' };
}
