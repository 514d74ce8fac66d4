import { loadEnvFile } from './local/environment.ts';
import { runScript, ScriptError } from './local/script.ts';
import { adminGrant, adminRevoke } from './ops/admin-role.ts';
import { auditVerify } from './ops/audit-verify.ts';
import { cron } from './ops/cron.ts';
import { dbPing } from './ops/db-ping.ts';
import { dbReport } from './ops/db-report.ts';
import { doctor } from './ops/doctor.ts';
import { envCheck } from './ops/env-check.ts';
import { envPlan } from './ops/env-plan.ts';
import { inspect } from './ops/inspect.ts';
import { labRecord } from './ops/lab-record.ts';
import { logs } from './ops/logs.ts';
import { logoutAll } from './ops/logout-all.ts';
import { maintenance } from './ops/maintenance.ts';
import { migratePreflight } from './ops/migrate-preflight.ts';
import { neonBranch } from './ops/neon-branch.ts';
import { probe } from './ops/probe.ts';
import { secret } from './ops/secret.ts';
import { status } from './ops/status.ts';
import { switchCommand } from './ops/switch.ts';

/** One thing an operator can do from a terminal. */
export interface Command {
	/** How it is called, without `pnpm ops`. */
	usage: string;
	/** What it is for, in one line. */
	summary: string;
	/** @returns the exit code; 0 when it says nothing */
	run: (args: string[]) => Promise<number | void> | number | void;
}

/** Every command, by its name. The documents are tested against it. */
export const COMMANDS: Record<string, Command> = {
	secret,
	'env:check': envCheck,
	'env:plan': envPlan,
	doctor,
	'db:ping': dbPing,
	'db:report': dbReport,
	inspect,
	status,
	logs,
	cron,
	probe,
	'migrate:preflight': migratePreflight,
	'neon:branch': neonBranch,
	'admin:grant': adminGrant,
	'admin:revoke': adminRevoke,
	'logout-all': logoutAll,
	'audit:verify': auditVerify,
	'lab:record': labRecord,
	switch: switchCommand,
	maintenance
};

function help(): string {
	const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length));
	const lines = Object.values(COMMANDS).map(
		({ usage, summary }) => `  pnpm ops ${usage.padEnd(width)}  ${summary}`
	);
	return ['What an operator can do here:', ...lines].join('\n');
}

if (process.argv[1]?.endsWith('ops.ts')) {
	await runScript(async () => {
		const [name = '', ...args] = process.argv.slice(2);
		if (name === '' || name === 'help' || name === '--help') {
			console.log(help());
			return 0;
		}
		const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
		if (!command) throw new ScriptError(`There is no command "${name}".\n\n${help()}`, 2);
		loadEnvFile();
		return command.run(args);
	});
}
