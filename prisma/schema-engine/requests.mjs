import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createDatabase } from './administration.mjs';
import { Connections } from './connections.mjs';
import { loadEngine } from './wasm.mjs';

/** @typedef {import('@prisma/schema-engine-wasm').SchemaEngine} SchemaEngine */
/** @typedef {import('@prisma/schema-engine-wasm').CreateMigrationInput} CreateMigrationInput */
/** @typedef {import('@prisma/schema-engine-wasm').DiffResult} DiffResult */
/** @typedef {import('@prisma/driver-adapter-utils').ErrorRegistry} ErrorRegistry */
/** @typedef {{ url: string, datamodels?: string[] }} Options the database's address, paths of schema files */
/** @typedef {{ id: number, method?: string, params?: object }} Request */

/** JSON-RPC's code for an error that the engine reports; what it was stands in the message. */
const engineErrorCode = 4466;

/**
 * Answers Prisma's requests, one after the other, until it closes stdin.
 *
 * When stdin closes while a request is being worked on, Prisma was killed: the process ends at once, and
 * Postgres undoes what was not finished.
 *
 * @param {Options} options
 */
export async function serveRequests(options) {
	const requests = new Requests(options);
	let open = 0;
	let queue = Promise.resolve();
	const lines = createInterface({ input: process.stdin });
	lines.on('line', (line) => {
		/** @type {Request} */
		const request = JSON.parse(line);
		if (!request.method) return; // the answer to what was printed
		open++;
		queue = queue.then(async () => {
			send({ id: request.id, ...(await requests.answer(request)) });
			open--;
		});
	});
	await new Promise((resolve) => lines.once('close', resolve));
	process.exit(open === 0 ? 0 : 1);
}

class Requests {
	#options;
	#connections;
	/** @type {SchemaEngine | undefined} */
	#engine;
	/** @type {ErrorRegistry | undefined} */
	#errors;

	/** @param {Options} options */
	constructor(options) {
		this.#options = options;
		this.#connections = new Connections(options.url);
	}

	/** @param {Request} request */
	async answer({ method = '', params = {} }) {
		try {
			return { result: (await this.#call(method, params)) ?? null };
		} catch (error) {
			return { error: this.#describe(error) };
		} finally {
			await this.#connections.dropShadows();
		}
	}

	/**
	 * @param {string} method
	 * @param {object} params
	 */
	async #call(method, params) {
		if (method === 'createDatabase') {
			return { databaseName: await createDatabase(this.#options.url) };
		}
		const engine = (this.#engine ??= await this.#makeEngine());
		if (method === 'evaluateDataLoss' || method === 'createMigration') {
			await fillCache(engine, /** @type {CreateMigrationInput} */ (params));
		}
		const name = method === 'getDatabaseVersion' ? 'version' : method;
		const functions = /** @type {Record<string, (params: object) => Promise<unknown>>} */ (
			/** @type {unknown} */ (engine)
		);
		if (!functions[name]) throw new Error(`The schema engine has no method "${method}".`);
		const result = await functions[name](params);
		return method === 'diff' ? printDiff(/** @type {DiffResult} */ (result)) : result;
	}

	/** @returns {Promise<SchemaEngine>} */
	async #makeEngine() {
		const { SchemaEngine } = await loadEngine();
		const factory = this.#connections.factory();
		this.#errors = factory.errorRegistry;
		const datamodels = this.#options.datamodels?.map(
			/** @returns {[string, string]} */ (path) => [path, readFileSync(path, 'utf8')]
		);
		return SchemaEngine.new({ datamodels }, console.error, factory);
	}

	/**
	 * The error as Prisma expects it. What a connection threw is known to the engine by a number only.
	 *
	 * @param {unknown} error
	 */
	#describe(error) {
		const { code, meta, message: text } = /** @type {EngineError} */ (error);
		const number = /External error id#(\d+)/.exec(String(text))?.[1];
		const thrown = number ? this.#errors?.consumeError(Number(number))?.error : undefined;
		const message = thrown instanceof Error ? thrown.message : String(text ?? error);
		return {
			code: engineErrorCode,
			message,
			data: { is_panic: false, message, error_code: code, meta }
		};
	}
}

/** @typedef {{ code?: string, meta?: object, message?: string }} EngineError */

/**
 * In the WebAssembly engine only the diagnosis may open a shadow database; it fills a cache that the
 * methods after it read.
 *
 * @param {SchemaEngine} engine
 * @param {CreateMigrationInput} params
 */
async function fillCache(engine, { migrationsList, filters }) {
	if (migrationsList.migrationDirectories.length > 0) {
		await engine.devDiagnostic({ migrationsList, filters });
	}
}

/**
 * The native engine prints a difference by a request of its own.
 *
 * @param {DiffResult} output
 */
function printDiff({ exitCode, stdout }) {
	if (stdout !== null) send({ id: 1_000_000, method: 'print', params: { content: stdout } });
	return { exitCode, stdout: null };
}

/** @param {object} message */
function send(message) {
	process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}
