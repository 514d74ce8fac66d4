/**
 * `pnpm vercel:crons [--profile hobby|pro]`: writes the crons of `vercel.json` from the table of
 * tasks, for one of Vercel's plans. CRON_PROFILE is the plan where none is named.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { variables } from '../src/lib/server/env.ts';
import { cronsFor, PROFILES } from '../src/lib/server/tasks/profiles.ts';
import { loadEnvFile } from './local/environment.ts';
import { projectPath } from './local/project.ts';
import { runScript, ScriptError } from './local/script.ts';

await runScript(async () => {
	loadEnvFile();
	const { values } = parseArgs({
		options: { profile: { type: 'string' } }
	});
	const named = values.profile || process.env.CRON_PROFILE || undefined;
	const profile = PROFILES.find(
		(one) => one === variables.shape.CRON_PROFILE.safeParse(named).data
	);
	if (!profile) throw new ScriptError(`There is no profile "${named}": say hobby or pro.`, 2);

	const path = projectPath('vercel.json');
	const crons = cronsFor(profile);
	const settings = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
	const style = { ...(await resolveConfig(path)), filepath: path };
	writeFileSync(path, await format(JSON.stringify({ ...settings, crons }, null, 1), style));
	for (const { path, schedule } of crons) console.log(`${schedule.padEnd(14)} ${path}`);
	return 0;
});
