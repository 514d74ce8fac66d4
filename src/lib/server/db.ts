import { PrismaNeon } from '@prisma/adapter-neon';
import { PrismaPg } from '@prisma/adapter-pg';
import { watchPool } from './database-pools';
import { env } from './env';
import { log } from './log';
import { PrismaClient, type Prisma } from './prisma/client';
import { measured } from './statement-recorder';

const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 15_000;
const IDLE_MS = 30_000;

/** What a script's connections have otherwise than the web server's. */
interface ConnectionOptions {
	/** What the database calls them. */
	application?: string;
	/** How long one statement may take. */
	statementMs?: number;
}

/** The driver for a connection string: Neon's own for Neon hosts, node-postgres for all others. */
export function adapterFor(
	connectionString: string,
	poolMax: number,
	{ application = 'coda-web', statementMs = QUERY_TIMEOUT_MS }: ConnectionOptions = {}
) {
	const pool = {
		connectionString,
		max: poolMax,
		connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
		idleTimeoutMillis: IDLE_MS,
		application_name: application
	};
	const onPoolError = (error: Error) => log('warn', 'Database connection lost', { error });
	// A pooler such as Neon's refuses settings at the start of a connection, so there the client keeps the time.
	return isNeon(connectionString)
		? new PrismaNeon({ ...pool, query_timeout: statementMs }, { onPoolError })
		: new PrismaPg({ ...pool, statement_timeout: statementMs }, { onPoolError });
}

const isNeon = (connectionString: string) =>
	new URL(connectionString).hostname.endsWith('.neon.tech');

function createClient() {
	const { DATABASE_URL, DATABASE_POOL_MAX } = env();
	if (!DATABASE_URL) {
		throw new Error('DATABASE_URL is not set. "npm start" and "pnpm dev" set it by themselves.');
	}
	const client = new PrismaClient({
		adapter: watchPool('primary', adapterFor(DATABASE_URL, DATABASE_POOL_MAX)),
		// Changes of one person wait for each other; at a peak they wait for a connection as well.
		transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: QUERY_TIMEOUT_MS }
	});
	// An extended client has another type, and nothing else of what we use.
	return client.$extends({ query: { $allOperations: measured } }) as unknown as PrismaClient;
}

/** What `db.$transaction` hands to its callback. */
export type Transaction = Prisma.TransactionClient;

const processWide = globalThis as typeof globalThis & { codaDatabase?: PrismaClient };

/**
 * The one client of this process; a module that is loaded again in development finds the same one.
 * It connects at the first query, so that a build or a page without data needs no database.
 */
export const db: PrismaClient = new Proxy({} as PrismaClient, {
	get(_, property) {
		const client = (processWide.codaDatabase ??= createClient());
		const value: unknown = Reflect.get(client, property, client);
		return typeof value === 'function' ? value.bind(client) : value;
	}
});
