import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectPath } from '../../scripts/local/project.ts';
import { templateVariable, testEnvironment } from './environment.ts';
import { copyTemplate, dropCopy, joinTestPostgres, type TestPostgres } from './test-postgres.ts';

export interface AppOptions {
	/** A database to use instead of one of the app's own. It is not removed. */
	databaseUrl?: string;
	/** Variables on top of the tests' environment. */
	env?: Record<string, string>;
	/** A fixed port instead of any free one. */
	port?: number;
	/** The folder of a function of Vercel, to be served instead of the build for Node. */
	functionFolder?: string;
}

/** The production build, served by a process of its own. */
export interface App {
	/** `http://localhost:<port>` */
	origin: string;
	/** The address of its database. */
	databaseUrl: string;
	/** The secret that its crons ask for. */
	cronSecret: string;
	pid: number;
	/** Everything that it has printed so far. */
	output(): string;
	/** Ends it in order and removes its database. */
	stop(): Promise<void>;
	/** Ends it as a crash would. `stop` still removes its database. */
	kill9(): Promise<void>;
}

/** How long the server may take until it listens. */
const startTimeoutMs = 30_000;

/**
 * Starts the production build with a database of its own.
 *
 * @throws when it does not listen in time, or ends before, with what it printed
 */
export async function startApp(options: AppOptions = {}): Promise<App> {
	const database = await openDatabase(options.databaseUrl);
	try {
		return await startServer(database, options);
	} catch (error) {
		await database.close();
		throw error;
	}
}

interface AppDatabase {
	url: string;
	close(): Promise<void>;
}

/** Within a test run there is a template; outside of one this process prepares it. */
async function openDatabase(given: string | undefined): Promise<AppDatabase> {
	if (given) return { url: given, close: async () => {} };
	const template = process.env[templateVariable];
	const postgres: TestPostgres = template
		? { templateUrl: template, leave: async () => {} }
		: await joinTestPostgres();
	const url = await copyTemplate(postgres.templateUrl);
	return {
		url,
		async close() {
			await dropCopy(url);
			await postgres.leave();
		}
	};
}

async function startServer(
	database: AppDatabase,
	{ env = {}, port = 0, functionFolder }: AppOptions
): Promise<App> {
	const environment: NodeJS.ProcessEnv = {
		PATH: process.env.PATH,
		HOME: process.env.HOME,
		...testEnvironment,
		DATABASE_URL: database.url,
		PORT: String(port),
		...env
	};
	const program = functionFolder ? 'tests/support/serve-function.mjs' : 'scripts/serve.mjs';
	const child = spawn(process.execPath, [projectPath(program)], {
		cwd: functionFolder,
		env: environment,
		stdio: ['ignore', 'pipe', 'pipe', 'ipc']
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
	}
	const ended = once(child, 'exit');
	const listening = await Promise.race([
		once(child, 'message').then(([message]) => message as { port: number }),
		ended.then(() => null),
		new Promise<null>((resolve) => setTimeout(resolve, startTimeoutMs, null).unref())
	]);
	if (!listening) {
		child.kill('SIGKILL');
		throw new Error(`The server did not start:\n${output}`);
	}
	const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
		child.kill(signal);
		await ended;
	};
	return {
		origin: `http://localhost:${listening.port}`,
		databaseUrl: database.url,
		cronSecret: environment.CRON_SECRET ?? '',
		pid: child.pid ?? 0,
		output: () => output,
		kill9: () => end('SIGKILL'),
		async stop() {
			await end('SIGTERM');
			await database.close();
		}
	};
}
