import { db, type Transaction } from '../db';
import type { Actor } from './actor';

/** As many tables as are listed, and as many indexes. */
const LISTED = 200;

/** The database as a whole. */
export interface DatabaseFigures {
	name: string;
	/** `18.4`, or what else the server calls itself. */
	version: string;
	bytes: number;
	/** The share of blocks that were found in the server's memory, since `statsSince`; `null` before any was read. */
	hitShare: number | null;
	deadlocks: number;
	/** Written to disk because memory did not suffice to sort or join. */
	temporaryBytes: number;
	/** When the figures were last set to zero; `null` when they never were. */
	statsSince: Date | null;
	startedAt: Date;
	/** Transactions since the oldest row was made; at two thousand million the server stops to take changes. */
	ageTransactions: number;
	/** From this age on the server tidies by itself, whatever else it does. */
	freezeTransactions: number;
}

/** What a table takes, and how it is kept. */
export interface TableFigures {
	schema: string;
	name: string;
	/** As the server estimates them. */
	rows: number;
	deadRows: number;
	/** `null` while somebody holds a lock that asking would wait for. */
	totalBytes: number | null;
	heapBytes: number | null;
	indexBytes: number | null;
	/** Long values, which lie apart. */
	toastBytes: number | null;
	vacuumedAt: Date | null;
	analysedAt: Date | null;
	ageTransactions: number;
	/** How often all of it was read, and how many rows that were together. */
	fullReads: number;
	fullReadRows: number;
	indexReads: number;
}

/** What an index takes, and whether it is worth that. */
export interface IndexFigures {
	schema: string;
	table: string;
	name: string;
	scans: number;
	rowsRead: number;
	bytes: number | null;
	/** It keeps something true, so that it is needed however often it is read. */
	isUnique: boolean;
	/** Building it failed, so that it is kept up and never read. */
	isInvalid: boolean;
	/** Another index that has all of its columns in the same order. */
	coveredBy: string | null;
}

/** The size of everything, and how it is used. */
export interface DatabaseStorage {
	figures: DatabaseFigures;
	/** The largest first. */
	tables: TableFigures[];
	/** The least used first, and of these the largest. */
	indexes: IndexFigures[];
}

/**
 * How large everything is, and how it is kept and used. What is locked against reading is left out instead of
 * waited for: the page is needed most while something holds a lock.
 */
export async function readStorage(
	_actor: Actor,
	client: Transaction | typeof db = db
): Promise<DatabaseStorage> {
	const figures = await readFigures(client);
	const tables = await readTables(client);
	return { figures, tables, indexes: await readIndexes(client) };
}

async function readFigures(client: Transaction | typeof db): Promise<DatabaseFigures> {
	const [figures] = await client.$queryRaw<DatabaseFigures[]>`
		SELECT d.datname::text AS name, split_part(current_setting('server_version'), ' ', 1) AS version,
			pg_database_size(d.oid)::float AS bytes,
			(s.blks_hit::float / nullif(s.blks_hit + s.blks_read, 0))::float AS "hitShare",
			s.deadlocks::float AS deadlocks, s.temp_bytes::float AS "temporaryBytes",
			s.stats_reset AS "statsSince", pg_postmaster_start_time() AS "startedAt",
			age(d.datfrozenxid)::float AS "ageTransactions",
			current_setting('autovacuum_freeze_max_age')::float AS "freezeTransactions"
		FROM pg_database AS d JOIN pg_stat_database AS s ON s.datid = d.oid
		WHERE d.datname = current_database()`;
	if (!figures) throw new Error('A database that is connected to is always there.');
	return figures;
}

const readTables = (client: Transaction | typeof db) => client.$queryRaw<TableFigures[]>`
	WITH locked AS MATERIALIZED (
		SELECT coalesce(i.indrelid, l.relation) AS oid
		FROM pg_locks AS l LEFT JOIN pg_index AS i ON i.indexrelid = l.relation
		WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
			AND l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid()
	), sizes AS MATERIALIZED (
		SELECT c.oid, c.relname, c.reltuples, c.relfrozenxid, n.nspname,
			CASE WHEN free THEN pg_relation_size(c.oid) END AS heap,
			CASE WHEN free THEN pg_indexes_size(c.oid) END AS indexes,
			CASE WHEN free THEN pg_total_relation_size(c.oid) END AS total,
			CASE WHEN free AND c.reltoastrelid <> 0 THEN pg_total_relation_size(c.reltoastrelid)
				WHEN free THEN 0 END AS toast
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
			CROSS JOIN LATERAL (SELECT c.oid NOT IN (SELECT oid FROM locked) AS free) AS f
		WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
			AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
	)
	SELECT z.nspname::text AS schema, z.relname::text AS name,
		CASE WHEN z.reltuples < 0 THEN coalesce(s.n_live_tup, 0) ELSE z.reltuples END::float AS rows,
		coalesce(s.n_dead_tup, 0)::float AS "deadRows",
		total::float AS "totalBytes", heap::float AS "heapBytes", indexes::float AS "indexBytes",
		toast::float AS "toastBytes",
		greatest(s.last_vacuum, s.last_autovacuum) AS "vacuumedAt",
		greatest(s.last_analyze, s.last_autoanalyze) AS "analysedAt",
		age(z.relfrozenxid)::float AS "ageTransactions",
		coalesce(s.seq_scan, 0)::float AS "fullReads", coalesce(s.seq_tup_read, 0)::float AS "fullReadRows",
		coalesce(s.idx_scan, 0)::float AS "indexReads"
	FROM sizes AS z LEFT JOIN pg_stat_all_tables AS s ON s.relid = z.oid
	ORDER BY total DESC NULLS LAST, z.nspname, z.relname
	LIMIT ${LISTED}`;

/** One index makes another needless that begins with the same columns, or has exactly the same ones. */
const readIndexes = (client: Transaction | typeof db) => client.$queryRaw<IndexFigures[]>`
	WITH locked AS MATERIALIZED (
		SELECT relation AS oid FROM pg_locks
		WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
			AND locktype = 'relation' AND mode = 'AccessExclusiveLock' AND pid <> pg_backend_pid()
	), known AS MATERIALIZED (
		SELECT x.indexrelid AS oid, x.indrelid AS "table", c.relname AS name, c.relam = b.oid AS btree,
			x.indisunique OR x.indisexclusion OR x.indisreplident OR EXISTS (
				SELECT FROM pg_constraint WHERE conindid = x.indexrelid AND contype IN ('p', 'u', 'x')
			) AS needed,
			NOT x.indisvalid AS invalid, c.relam, x.indnkeyatts AS keys, x.indnatts > x.indnkeyatts AS includes,
			x.indkey::int2[] AS columns, x.indclass::oid[] AS classes, x.indcollation::oid[] AS collations,
			x.indoption::int2[] AS options,
			coalesce(x.indexprs::text, '') AS expressions, coalesce(x.indpred::text, '') AS condition
		FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid
			JOIN pg_namespace AS n ON n.oid = c.relnamespace
			LEFT JOIN pg_am AS b ON b.amname = 'btree'
		WHERE c.relkind = 'i' AND c.relpersistence <> 't'
			AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
	)
	SELECT s.schemaname::text AS schema, s.relname::text AS "table", k.name::text AS name,
		s.idx_scan::float AS scans, s.idx_tup_read::float AS "rowsRead",
		CASE WHEN k.oid NOT IN (SELECT oid FROM locked) THEN pg_relation_size(k.oid) END::float AS bytes,
		k.needed AS "isUnique", k.invalid AS "isInvalid", (
			SELECT o.name::text FROM known AS o
			WHERE o."table" = k."table" AND o.oid <> k.oid AND o.relam = k.relam AND NOT o.invalid
				AND NOT k.needed AND NOT k.includes
				AND o.condition = k.condition AND o.expressions = k.expressions
				AND (o.keys = k.keys OR k.btree AND k.expressions = '' AND o.keys > k.keys)
				AND o.columns[0:k.keys - 1] = k.columns[0:k.keys - 1]
				AND o.classes[0:k.keys - 1] = k.classes[0:k.keys - 1]
				AND o.collations[0:k.keys - 1] = k.collations[0:k.keys - 1]
				AND o.options[0:k.keys - 1] = k.options[0:k.keys - 1]
				-- Of two that are the same, one stays: the one that is needed, else the older.
				AND (o.keys > k.keys OR o.needed OR o.includes OR o.oid < k.oid)
			ORDER BY o.needed DESC, o.oid LIMIT 1
		) AS "coveredBy"
	FROM known AS k JOIN pg_stat_all_indexes AS s ON s.indexrelid = k.oid
	ORDER BY s.idx_scan, bytes DESC NULLS LAST, s.schemaname, k.name
	LIMIT ${LISTED}`;
