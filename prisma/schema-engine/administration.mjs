import pg from 'pg';

/** Prisma's error codes for what can go wrong before a database is reached, by Postgres' or the system's code. */
/** @type {Record<string, string>} */
const prismaCodes = {
	'3D000': 'P1003',
	'28P01': 'P1000',
	ECONNREFUSED: 'P1001',
	ENOTFOUND: 'P1001',
	'42P04': 'P1009'
};

/**
 * The engine's command line, `schema-engine cli <command>`.
 *
 * @param {string} command
 * @param {string} url
 * @returns {Promise<number>} the exit code
 */
export async function runAdministration(command, url) {
	try {
		if (command === 'create-database') await createDatabase(url);
		else if (command === 'can-connect-to-database') await runStatement(url, 'select 1');
		else throw new Error(`The schema engine has no command "${command}".`);
		return 0;
	} catch (error) {
		const { code, message } = describe(error);
		const fields = { message, error_code: prismaCodes[code] ?? 'P1010', is_panic: false };
		const timestamp = new Date().toISOString();
		console.error(
			JSON.stringify({ timestamp, level: 'ERROR', fields, target: 'schema_engine::logger' })
		);
		return 1;
	}
}

/**
 * Makes the database that an address names.
 *
 * @param {string} url
 * @returns {Promise<string>} its name
 */
export async function createDatabase(url) {
	const name = decodeURIComponent(new URL(url).pathname.slice(1));
	await runStatement(databaseUrl(url, 'postgres'), `create database ${pg.escapeIdentifier(name)}`);
	return name;
}

/**
 * The address of another database on the same server.
 *
 * @param {string} url
 * @param {string} name
 */
export function databaseUrl(url, name) {
	const other = new URL(url);
	other.pathname = `/${encodeURIComponent(name)}`;
	return other.href;
}

/**
 * Runs one statement on a connection of its own.
 *
 * @param {string} url
 * @param {string} sql
 */
export async function runStatement(url, sql) {
	const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
	try {
		await client.connect();
		await client.query(sql);
	} finally {
		await client.end();
	}
}

/** @param {unknown} error */
function describe(error) {
	const { code = '', message = '' } = /** @type {{ code?: string, message?: string }} */ (error);
	return { code, message: message || code || String(error) };
}
