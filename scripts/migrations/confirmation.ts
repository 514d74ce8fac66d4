import { createInterface } from 'node:readline/promises';
import type { Database } from '../local/database.ts';
import { isLoopback } from '../local/environment.ts';
import { ScriptError } from '../local/script.ts';

/**
 * Asks before something is done to a database that may be production's: one on another host, or any while
 * the tier says production. `--yes` answers beforehand.
 *
 * @param action what would be done, as in "About to … the database"
 * @throws ScriptError (exit code 2) when there is no `--yes` and nobody to ask, or the answer differs
 */
export async function confirmIfProduction(
	url: string,
	action: string,
	yes: boolean
): Promise<void> {
	if (isLoopback(url) && !saysProduction()) return;
	await confirm(url, action, yes);
}

/** Asks for the name of the database's host, unless `--yes` was given. Throws as above. */
export async function confirm(url: string, action: string, yes: boolean): Promise<void> {
	if (yes) return;
	const { hostname, pathname } = new URL(url);
	const about = `About to ${action} the database ${pathname.slice(1)} on ${hostname}.`;
	if (!process.stdin.isTTY) {
		throw new ScriptError(`${about} Confirm with --yes.`, 2);
	}
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	try {
		const answer = await terminal
			.question(`${about}\nType "${hostname}" to go on: `)
			.catch(() => ''); // Ctrl-C
		if (answer.trim() !== hostname) throw new ScriptError('Nothing was done.', 2);
	} finally {
		terminal.close();
	}
}

/**
 * Lets made-up people and incidents into no database that may be anyone's: only into the one that the project starts
 * itself, and into one whose tier says development. An address tells nothing: a tunnel to production is on this machine.
 *
 * @throws ScriptError (exit code 2)
 */
export function refuseMadeUp({ embedded }: Pick<Database, 'embedded'>): void {
	if (saysProduction()) {
		throw new ScriptError('What --operations makes up does not belong into production.', 2);
	}
	if (embedded || process.env.CODA_TIER === 'development') return;
	throw new ScriptError(
		'--operations makes up people, incidents and mails: only for the database that is started here ' +
			'(leave DATABASE_URL unset), or with CODA_TIER=development for another one of your own.',
		2
	);
}

/** Whether the tier is production. A machine that says nothing about it is not: it may be anyone's. */
export function saysProduction(): boolean {
	return (process.env.CODA_TIER || process.env.VERCEL_ENV) === 'production';
}
