import type { StatementTimes } from '$lib/schemas/database';
import { replicaLag, type KnownLag } from '../replica';
import type { Actor } from './actor';
import { listActivity, type BusyConnection } from './database-activity';
import {
	countDatabaseConnections,
	poolSettings,
	type DatabaseConnections,
	type PoolSettings
} from './database-connections';
import { readGrowth, type Growth } from './database-sizes';
import { readStorage, type DatabaseStorage } from './database-storage';
import {
	readStatementMeans,
	readStatementTimes,
	type MeasuredStatements,
	type StatementMean
} from './statement-times';

/*
 * What is asked of the database for a report. One statement after the other, so that one connection is
 * enough: the page must answer when there are no more to be had.
 */

/** Who is connected and what they do. */
export interface ActivityReport {
	connections: DatabaseConnections;
	pool: PoolSettings;
	busy: BusyConnection[];
}

/** Who is connected, what runs for long, who waits for whom, and who forgot a transaction. */
export async function getActivity(actor: Actor): Promise<ActivityReport> {
	const busy = await listActivity(actor);
	return { busy, connections: await countDatabaseConnections(), pool: poolSettings() };
}

/** How large the database is, how it has grown, and how far a replica is behind. */
export interface StorageReport extends DatabaseStorage {
	growth: Growth;
	replica: KnownLag;
}

/** How large everything is, how it has grown, and how far a replica is behind. */
export async function getStorage(actor: Actor): Promise<StorageReport> {
	const storage = await readStorage(actor);
	return { ...storage, growth: await readGrowth(actor), replica: await replicaLag() };
}

/** How long statements take: measured by the program, and as the server's means where it keeps them. */
export interface StatementsReport extends MeasuredStatements {
	/** `null` where the server keeps none. */
	means: StatementMean[] | null;
}

/** How long statements took over the last hours, by the program's measure and by the server's. */
export async function getStatements(
	actor: Actor,
	input: StatementTimes
): Promise<StatementsReport> {
	const measured = await readStatementTimes(actor, input);
	return { ...measured, means: await readStatementMeans(actor) };
}
