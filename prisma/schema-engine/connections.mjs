import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import { databaseUrl, runStatement } from './administration.mjs';
import { withCompletionMark } from './completion.mjs';

/** @typedef {Awaited<ReturnType<PrismaPg['connect']>>} Connection */
/** @typedef {import('@prisma/driver-adapter-utils').SqlQuery} SqlQuery */
/** @typedef {{ fields: { dataTypeID: number }[] }} QueryResult */

/** The object ids of Postgres' internal one-byte "char" and of text. */
const charOid = 18;
const textOid = 25;

/** The database that the engine works on, and shadow databases beside it, where migrations are tried. */
export class Connections {
	/** @type {Set<string>} */
	#shadows = new Set();
	#url;

	/** @param {string} url */
	constructor(url) {
		this.#url = url;
	}

	/** What the WebAssembly engine asks for connections. */
	factory() {
		return bindMigrationAwareSqlAdapterFactory({
			provider: 'postgres',
			adapterName: '@prisma/adapter-pg',
			connect: () => connect(this.#url),
			connectToShadowDb: () => this.#connectToShadow()
		});
	}

	/** Removes the shadow databases that the engine has not removed itself, as after an error in a migration. */
	async dropShadows() {
		for (const name of this.#shadows) await this.#dropShadow(name);
	}

	async #connectToShadow() {
		const name = `prisma_shadow_${randomUUID().replaceAll('-', '')}`;
		await runStatement(this.#url, `create database "${name}" template template0`);
		this.#shadows.add(name);
		const connection = await connect(databaseUrl(this.#url, name));
		const dispose = connection.dispose.bind(connection);
		connection.dispose = async () => {
			await dispose();
			await this.#dropShadow(name);
		};
		return connection;
	}

	/** @param {string} name */
	async #dropShadow(name) {
		await runStatement(this.#url, `drop database if exists "${name}" with (force)`);
		this.#shadows.delete(name);
	}
}

/** @param {string} url */
async function connect(url) {
	const schema = new URL(url).searchParams.get('schema') ?? undefined;
	const connection = await new PrismaPg(
		{ connectionString: url, application_name: 'coda-schema-engine' },
		// A connection that breaks while idle is reported by the next query, which fails.
		{ schema, onPoolError: () => {}, onConnectionError: () => {} }
	).connect();
	runScriptsWhole(connection);
	readCharColumns(connection);
	return connection;
}

/**
 * The adapter splits a script at every semicolon and sends the pieces one by one: that breaks function
 * bodies, and a script that fails half-way leaves its first half. Sent as one query without parameters,
 * Postgres runs it whole, in one transaction.
 *
 * @param {Connection} connection
 */
function runScriptsWhole(connection) {
	connection.executeScript = async (script) => {
		const sql = await withCompletionMark(connection, script);
		await connection.executeRaw({ sql, args: [], argTypes: [] });
	};
}

/**
 * The adapter has no column type for the internal "char", which the system catalogues are full of: such
 * columns pass as text on the way in and get their type back on the way out.
 *
 * @param {Connection} connection
 */
function readCharColumns(connection) {
	/** @type {WeakMap<SqlQuery, number[]>} */
	const charColumns = new WeakMap();
	const inner = /** @type {{ performIO(query: SqlQuery): Promise<QueryResult> }} */ (
		/** @type {unknown} */ (connection)
	);
	const performIO = inner.performIO.bind(connection);
	const queryRaw = connection.queryRaw.bind(connection);

	inner.performIO = async (query) => {
		const result = await performIO(query);
		const columns = [...(result.fields ?? []).entries()].filter(
			([, f]) => f.dataTypeID === charOid
		);
		for (const [, field] of columns) field.dataTypeID = textOid;
		charColumns.set(
			query,
			columns.map(([index]) => index)
		);
		return result;
	};
	connection.queryRaw = async (query) => {
		const result = await queryRaw(query);
		for (const index of charColumns.get(query) ?? []) {
			result.columnTypes[index] = ColumnTypeEnum.Character;
		}
		return result;
	};
}
