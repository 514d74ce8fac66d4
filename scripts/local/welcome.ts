import type { Env } from '../../src/lib/server/env.ts';
import { dataFolderPath } from './data-folder.ts';
import type { Database } from './database.ts';
import { isLoopbackHost } from './environment.ts';

export interface Welcome {
	env: Env;
	/** Where the server really listens. */
	port: number;
	database: Database;
}

/** What a person needs to know once Coda runs: where it is, how to sign in, where data lies, how to stop. */
export function welcome({ env, port, database }: Welcome): string[] {
	const address =
		env.AUTH_URL && env.tier !== 'development' ? env.AUTH_URL : `http://localhost:${port}`;
	const mails = env.EMAIL_SERVER === 'stream' ? `${address}/dev/inbox` : 'are sent for real';
	const { host, pathname } = new URL(database.url);
	const rows = [
		['Open', address],
		['Sign in', `${address}/sign-in, with any e-mail address`],
		['Mails', mails],
		['Data', database.embedded ? dataFolderPath() : `Postgres at ${host}${pathname}`],
		...(isLoopbackHost(env.HOST)
			? []
			: [['Open to', `other computers too: it listens on ${env.HOST}`]]),
		['Stop', 'Ctrl-C']
	];
	const lines = rows.map(([name = '', value = '']) => `    ${name.padEnd(9)}${value}`);
	return ['', `  Coda is running.`, '', ...lines, ''];
}
