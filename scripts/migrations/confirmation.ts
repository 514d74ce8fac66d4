import { createInterface } from 'node:readline/promises';
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

/** Whether the tier is production. A machine that says nothing about it is not: it may be anyone's. */
export function saysProduction(): boolean {
	return (process.env.CODA_TIER || process.env.VERCEL_ENV) === 'production';
}
