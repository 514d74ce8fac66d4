import {
	appendFileSync,
	chownSync,
	cpSync,
	mkdtempSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { dataFolder } from '../../scripts/local/data-folder.ts';
import { postgresPlace } from '../../scripts/local/postgres-place.ts';
import { joinLocalPostgres } from '../../scripts/local/postgres.ts';
import { applyMigrations } from '../../scripts/migrations/apply.ts';
import { fastSettings } from './test-postgres.ts';

/** A primary and a standby that streams from it, both real. */
export interface ReplicatedPostgres {
	primaryUrl: string;
	standbyUrl: string;
	/** Waits until the standby has everything that the primary has now. */
	caughtUp(): Promise<void>;
	/** Lets the standby fall behind, or catch up again. */
	pause(isPaused: boolean): Promise<void>;
	/** Takes the standby away. */
	loseStandby(): Promise<void>;
	stop(): Promise<void>;
}

/** Starts the two on a database with every migration (PostgreSQL manual, chapter "High Availability"). */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
	const root = mkdtempSync(join(tmpdir(), 'coda-standby-'));
	const [primaryFolder, standbyFolder] = [join(root, 'primary'), join(root, 'standby')];
	const primary = await joinLocalPostgres({
		folder: dataFolder(primaryFolder),
		database: 'coda',
		settings: [...fastSettings, 'wal_level=replica', 'hot_standby=on']
	});
	await applyMigrations({ url: primary.url });
	dataFolder(standbyFolder);
	cpSync(join(primaryFolder, 'secrets.json'), join(standbyFolder, 'secrets.json'));
	await copyData(primary.url, { from: primaryFolder, to: standbyFolder });
	const standby = await joinLocalPostgres({
		folder: standbyFolder,
		database: 'coda',
		settings: [...fastSettings, 'hot_standby=on']
	});
	let isThere = true;
	const loseStandby = async () => {
		if (isThere) await standby.leave();
		isThere = false;
	};
	const on = async <Row extends pg.QueryResultRow>(url: string, sql: string) => {
		const client = new pg.Client(url);
		await client.connect();
		try {
			return (await client.query<Row>(sql)).rows;
		} finally {
			await client.end();
		}
	};
	return {
		primaryUrl: primary.url,
		standbyUrl: standby.url,
		async caughtUp() {
			const [{ lsn = '' } = {}] = await on<{ lsn: string }>(
				primary.url,
				'SELECT pg_current_wal_insert_lsn()::text AS lsn'
			);
			for (;;) {
				const [{ done } = { done: false }] = await on<{ done: boolean }>(
					standby.url,
					`SELECT pg_last_wal_replay_lsn() >= '${lsn}'::pg_lsn AS done`
				);
				if (done) return;
			}
		},
		async pause(isPaused) {
			await on(standby.url, `SELECT pg_wal_replay_${isPaused ? 'pause' : 'resume'}()`);
		},
		loseStandby,
		async stop() {
			await loseStandby();
			await primary.leave();
			rmSync(root, { recursive: true, force: true });
		}
	};
}

/** A base backup by hand: the embedded Postgres comes without the program that makes one. */
async function copyData(url: string, { from, to }: { from: string; to: string }): Promise<void> {
	const [source, target] = [postgresPlace(from).data, postgresPlace(to).data];
	const client = new pg.Client(url);
	await client.connect();
	try {
		await client.query(`SELECT pg_backup_start('standby', true)`);
		cpSync(source, target, {
			recursive: true,
			filter: (path) => !/postmaster\.(pid|opts)$/.test(path)
		});
		const { rows } = await client.query<{ labelfile: string }>(
			'SELECT * FROM pg_backup_stop(false)'
		);
		writeFileSync(join(target, 'backup_label'), rows[0]?.labelfile ?? '');
	} finally {
		await client.end();
	}
	const { port, password } = new URL(url);
	const connection = `host=127.0.0.1 port=${port} user=postgres password=${password}`;
	appendFileSync(join(target, 'postgresql.auto.conf'), `primary_conninfo = '${connection}'\n`);
	writeFileSync(join(target, 'standby.signal'), '');
	ownLike(source, target);
}

/** As root the server runs as somebody else, to whom the new files must belong as well. */
function ownLike(source: string, target: string): void {
	const { uid, gid } = statSync(source);
	for (const name of ['backup_label', 'standby.signal']) chownSync(join(target, name), uid, gid);
}
