import { postgresAccount } from './postgres-account.ts';
import { embeddedBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { ensureCluster } from './postgres-cluster.ts';
import { databaseUrl, ensureDatabase } from './postgres-connection.ts';
import { withFileLock } from './file-lock.ts';
import { postgresPlace, type PostgresPlace } from './postgres-place.ts';
import { runningPostmaster, stopPostmaster } from './postgres-postmaster.ts';
import { startServer } from './postgres-start.ts';
import { addUser, countUsers, removeUser, type PostgresUse } from './postgres-users.ts';
import { localSecrets } from './secrets.ts';

export interface LocalPostgresOptions {
	/** The data folder, which exists and can be written. */
	folder: string;
	/** The database to have; it is made when it is missing. */
	database: string;
	/** Settings of the server, `name=value`, when this call is the one that starts it. */
	settings?: readonly string[];
	/** Another Postgres than the embedded one. */
	binaries?: PostgresBinaries;
	/** Told what takes time or is unusual. */
	say?: (line: string) => void;
}

/** A use of the local Postgres, until `leave`. */
export interface LocalPostgres {
	/** The address of the database, password included. */
	url: string;
	/** Ends the use; the last one to leave stops the server and waits until it has gone. */
	leave(): Promise<void>;
}

/** Long enough for another process to make and start the server. */
const lockTimeoutMs = 120_000;

/**
 * Starts the Postgres of a data folder, or joins the one that runs, also one that another process started
 * or that outlived a killed one. Safe to call from several processes at once.
 *
 * @throws ScriptError when it cannot run here, with what to do instead
 */
export async function joinLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
	const place = postgresPlace(options.folder);
	const binaries = options.binaries ?? (await embeddedBinaries());
	const { POSTGRES_PASSWORD: password } = await localSecrets(place.folder, ['POSTGRES_PASSWORD']);

	return withPlace(place, async () => {
		const use = addUser(place);
		try {
			const running = runningPostmaster(place);
			const account = postgresAccount(binaries.postgres);
			if (account.note && !running) options.say?.(account.note);
			const parts = { place, binaries, account, password };
			if (!running) ensureCluster(parts);
			const server = await startServer(parts, options.settings ?? []);
			await ensureDatabase(server.url, options.database);
			return { url: databaseUrl(server.url, options.database), leave: () => leave(place, use) };
		} catch (error) {
			await leaveHeld(place, use);
			throw error;
		}
	});
}

/** Stops what nobody uses any more: a server whose processes were all killed. Answers whether one was stopped. */
export async function stopAbandonedPostgres(folder: string): Promise<boolean> {
	const place = postgresPlace(folder);
	return withPlace(place, () => stopUnlessUsed(place));
}

function withPlace<T>(place: PostgresPlace, action: () => Promise<T>): Promise<T> {
	return withFileLock(place.lock, { timeoutMs: lockTimeoutMs }, action);
}

function leave(place: PostgresPlace, use: PostgresUse): Promise<void> {
	return withPlace(place, () => leaveHeld(place, use));
}

async function leaveHeld(place: PostgresPlace, use: PostgresUse): Promise<void> {
	removeUser(use);
	await stopUnlessUsed(place);
}

async function stopUnlessUsed(place: PostgresPlace): Promise<boolean> {
	const postmaster = countUsers(place) === 0 ? runningPostmaster(place) : null;
	if (postmaster) await stopPostmaster(postmaster.pid);
	return postmaster !== null;
}
