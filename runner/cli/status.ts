import { fingerprintWords } from '#protocol/fingerprint';
import { isHeld } from '../core/single-instance.ts';
import type { Report } from '../core/store.ts';
import type { Given } from './command.ts';

/** `status`: whether it is paired, and whether it is online. Answers 0 when it is. */
export async function statusCommand({ store, say }: Given): Promise<number> {
	const { paired } = store;
	say(
		`Pairing    ${paired ? `${paired.personEmail} at ${paired.server}` : 'none: coda-runner pair'}`
	);
	if (paired) say(`Words      ${(await fingerprintWords(paired.publicKey)).join(' ')}`);
	say(`Faults     ${store.settings.reportFaults ? TOLD : NOT_TOLD}`);
	const report = await reportOf({ store });
	if (typeof report === 'string') {
		say(`Runner     ${report}`);
		return 1;
	}
	const { state, sinceMs, reason, pid, sessions } = report;
	say(`Runner     ${STATES[state]} since ${new Date(sinceMs).toLocaleString()}, process ${pid}`);
	if (reason) say(`Why        ${reason}`);
	say(`Terminals  ${sessions.length}`);
	return state === 'online' ? 0 : 1;
}

/** `sessions`: the terminals that run, and those that are gone without anybody having ended them. */
export async function sessionsCommand({ store, say }: Given): Promise<number> {
	const report = await reportOf({ store });
	if (typeof report === 'string') {
		say(`The runner is ${report}`);
		return 1;
	}
	if (report.sessions.length + report.silent.length === 0) say('No terminals.');
	for (const { title, folder, startedAt, viewers, attachCommand } of report.sessions) {
		say(title);
		say(`  in     ${folder}`);
		say(`  since  ${new Date(startedAt).toLocaleString()}`);
		say(`  seen   ${viewers === 0 ? 'by nobody now' : `by ${viewers} now`}`);
		if (attachCommand) say(`  here   ${attachCommand}`);
	}
	for (const { title, folder, startedAt } of report.silent) {
		say(`${title}, kept in tmux, which does not answer`);
		say(`  in     ${folder}`);
		say(`  since  ${new Date(startedAt).toLocaleString()}`);
	}
	if (report.gone.length > 0) say('');
	for (const { title, folder, endedAt, why } of report.gone) {
		say(`${title}, ended`);
		say(`  in     ${folder}`);
		say(`  when   ${new Date(endedAt).toLocaleString()}, ${GONE[why] ?? why}`);
	}
	return 0;
}

const TOLD = 'told to your Coda';
const NOT_TOLD = 'told to nobody: coda-runner report on';

const GONE: Record<string, string> = {
	'runner-stopped': 'because the runner stopped',
	idle: 'because nothing happened in it for too long'
};

const STATES = { connecting: 'connecting', online: 'online', waiting: 'offline' } as const;

/** What a running runner says, or why there is nothing. What one that was killed has left behind says nothing. */
async function reportOf({ store }: Pick<Given, 'store'>): Promise<Report | string> {
	if (!(await isHeld(store.lockPath))) return 'not running: coda-runner start';
	return store.report ?? 'running, but cannot write down how it is: coda-runner doctor';
}
