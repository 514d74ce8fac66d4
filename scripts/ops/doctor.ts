import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvError, parseEnv } from '../../src/lib/server/env.ts';
import { projectRoot } from '../local/project.ts';
import { messageOf } from '../local/script.ts';
import { pendingMigrations } from '../migrations/pending.ts';
import type { Command } from '../ops.ts';
import { pingDatabase } from './db-ping.ts';
import { tierArgument } from './tier.ts';

/** What a check found: `warn` is worth a look, `fail` needs someone to act. */
interface Finding {
	status: 'ok' | 'warn' | 'fail';
	text: string;
}

const SIGN = { ok: '✓', warn: '!', fail: '✗' } as const;

function checkNode(): Finding {
	const { engines } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
		engines: { node: string };
	};
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	const fine = major > 20 || (major === 20 && minor >= 19);
	return { status: fine ? 'ok' : 'fail', text: `Node ${process.version}, needed ${engines.node}` };
}

function checkEnvironment(args: string[]): Finding[] {
	const tier = tierArgument(args);
	try {
		const { warnings } = parseEnv(process.env, tier);
		return [
			{ status: 'ok', text: `The ${tier} environment is complete` },
			...warnings.map((text): Finding => ({ status: 'warn', text }))
		];
	} catch (error) {
		if (!(error instanceof EnvError)) throw error;
		return error.issues.map(({ name, rule }) => ({ status: 'fail', text: `${name} ${rule}` }));
	}
}

async function checkDatabase(): Promise<Finding[]> {
	const url = process.env.DATABASE_URL;
	if (!url) return [{ status: 'warn', text: 'DATABASE_URL is not set: only the embedded one' }];
	try {
		const { ms, version } = await pingDatabase(url);
		const answered: Finding = { status: 'ok', text: `Postgres ${version} answered in ${ms} ms` };
		const pending = await pendingMigrations(process.env.DIRECT_URL || url);
		const migrated: Finding =
			pending.length === 0
				? { status: 'ok', text: 'All migrations are applied' }
				: { status: 'warn', text: `Not applied yet: ${pending.join(', ')}` };
		return [answered, migrated];
	} catch (error) {
		return [{ status: 'fail', text: `The database does not answer: ${messageOf(error)}` }];
	}
}

export const doctor: Command = {
	usage: 'doctor',
	summary: 'checks Node, the environment, the database and its migrations',
	async run(args) {
		const findings = [checkNode(), ...checkEnvironment(args), ...(await checkDatabase())];
		for (const { status, text } of findings) console.log(`${SIGN[status]} ${text}`);
		return findings.some(({ status }) => status === 'fail') ? 1 : 0;
	}
};
