import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { ADVISORY_LOCKS } from '../../src/lib/server/advisory-locks.ts';
import { ScriptError } from '../local/script.ts';

/** Longer than a migration may run. */
const lockTimeoutMs = 20 * 60_000;

/**
 * Waits until this connection alone may migrate its database. The lock is given up when the connection
 * closes, also because the process was killed.
 *
 * @throws ScriptError when another process keeps it for too long
 */
export async function takeMigrationLock(
	client: pg.Client,
	say: (line: string) => void
): Promise<void> {
	await take(client, ADVISORY_LOCKS.migrating, () =>
		say('Another migration is running; waiting for it.')
	);
}

/**
 * Waits until no engine works on this database. One may: a killed wrapper leaves its engine at work for a
 * moment, and Postgres finishes a statement before it notices that its client has gone.
 */
export async function waitForEngines(
	client: pg.Client,
	say: (line: string) => void
): Promise<void> {
	await take(client, ADVISORY_LOCKS.engine, () =>
		say('An interrupted migration still ends; waiting for it.')
	);
	await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCKS.engine]);
}

/** Asks again and again rather than waiting in the database, so that the wait can be told and ended. */
async function take(client: pg.Client, key: number, onWait: () => void): Promise<void> {
	const deadline = Date.now() + lockTimeoutMs;
	for (let waited = false; ; waited = true) {
		const { rows } = await client.query<{ taken: boolean }>(
			'select pg_try_advisory_lock($1) as taken',
			[key]
		);
		if (rows[0]?.taken) return;
		if (!waited) onWait();
		if (Date.now() > deadline)
			throw new ScriptError('Another migration has not ended for too long.');
		await sleep(200);
	}
}
