import { isHeld } from '../core/single-instance.ts';
import type { Report } from '../core/store.ts';
import type { Given } from './command.ts';

/** `status`: whether it is paired, and whether it is online. Answers 0 when it is. */
export async function statusCommand({ store, say }: Given): Promise<number> {
	const { paired } = store;
	say(paired ? `Paired with ${paired.personEmail} at ${paired.server}` : 'Not paired');
	const report = await reportOf({ store });
	if (!report) {
		say('Not running');
		return 1;
	}
	const since = new Date(report.sinceMs).toLocaleString();
	const why = report.reason ? ` (${report.reason})` : '';
	say(`${STATES[report.state]} since ${since}${why}, process ${report.pid}`);
	say(`${report.sessions.length} ${report.sessions.length === 1 ? 'terminal' : 'terminals'}`);
	return report.state === 'online' ? 0 : 1;
}

/** `sessions`: the terminals that run. */
export async function sessionsCommand({ store, say }: Given): Promise<number> {
	const report = await reportOf({ store });
	if (!report) {
		say('Not running');
		return 1;
	}
	for (const { title, folder, startedAt, viewers } of report.sessions) {
		const looking = viewers === 0 ? 'nobody looks' : `${viewers} looking`;
		say(`${title}\t${folder}\tsince ${new Date(startedAt).toLocaleString()}\t${looking}`);
	}
	if (report.sessions.length === 0) say('No terminals');
	return 0;
}

const STATES = { connecting: 'Connecting', online: 'Online', waiting: 'Offline' } as const;

/** What a running runner says. What one that was killed has left behind says nothing. */
async function reportOf({ store }: Pick<Given, 'store'>): Promise<Report | undefined> {
	return (await isHeld(store.lockPath)) ? store.report : undefined;
}
