import { createHash } from 'node:crypto';
import { isTransactional } from './transactional.mjs';

/** @typedef {import('@prisma/driver-adapter-utils').SqlQueryable} SqlQueryable */

/**
 * A migration's script with one statement before it that records, in the same transaction, that the
 * migration has finished.
 *
 * The engine writes that record afterwards, by a statement of its own. When it is killed between the two,
 * or while Postgres still runs the script, the migration is applied but counts as interrupted, and the
 * next run would apply it again. With this statement a migration is recorded exactly when it is applied;
 * and as it locks the record, whoever wants to know how the migration ended waits until it has.
 *
 * A script that cannot run in a transaction, or is no migration of this database, stays as it is.
 *
 * @param {SqlQueryable} connection
 * @param {string} script
 * @returns {Promise<string>}
 */
export async function withCompletionMark(connection, script) {
	if (!isTransactional(script)) return script;
	const id = await findStarted(connection, script);
	if (id === null) return script;
	return `UPDATE "_prisma_migrations" SET "finished_at" = now() WHERE "id" = '${id}';\n${script}`;
}

/**
 * The record of the migration that has been started with this script.
 *
 * @param {SqlQueryable} connection
 * @param {string} script
 * @returns {Promise<string | null>}
 */
async function findStarted(connection, script) {
	const table = await select(connection, `SELECT to_regclass('_prisma_migrations')::text`);
	if (table === null) return null; // a shadow database
	const checksum = createHash('sha256').update(script).digest('hex');
	return select(
		connection,
		`SELECT "id" FROM "_prisma_migrations" WHERE "checksum" = '${checksum}'
		   AND "finished_at" IS NULL AND "rolled_back_at" IS NULL`
	);
}

/**
 * The first value that a query answers.
 *
 * @param {SqlQueryable} connection
 * @param {string} sql
 * @returns {Promise<string | null>}
 */
async function select(connection, sql) {
	const { rows } = await connection.queryRaw({ sql, args: [], argTypes: [] });
	const value = rows[0]?.[0];
	return typeof value === 'string' ? value : null;
}
