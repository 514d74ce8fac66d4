import { execFileSync } from 'node:child_process';
import { projectRoot } from '../local/project.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';

const TIMEOUT_MS = 10_000;

/** What `/api/version` answers. */
interface Version {
	commit: string;
	tier: string;
	builtAt: string;
	schema: string;
}

function localCommit(): string {
	return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: projectRoot, encoding: 'utf8' }).trim();
}

export const inspect: Command = {
	usage: 'inspect <url>',
	summary: 'says what runs at an address, and whether it is what is checked out here',
	async run([address]) {
		if (!address || !URL.canParse(address)) {
			throw new ScriptError('Say which: pnpm ops inspect https://coda.example', 2);
		}
		const response = await fetch(new URL('/api/version', address), {
			signal: AbortSignal.timeout(TIMEOUT_MS)
		});
		if (!response.ok) throw new ScriptError(`${address} answered ${response.status}.`);
		const version = (await response.json()) as Version;
		const here = localCommit();
		for (const [name, value] of Object.entries(version)) console.log(`${name.padEnd(8)} ${value}`);
		const same = version.commit === here;
		console.log(same ? 'It is what is checked out here.' : `Checked out here: ${here}`);
		return same ? 0 : 1;
	}
};
