import { thisComputer } from '../core/computer.ts';
import type { Settings } from '../core/config.ts';
import type { RelayDoubt, RunnerEvent, StopReason } from '../core/events.ts';
import { httpApi } from '../core/http-api.ts';
import { keepingIn } from '../core/keeping.ts';
import { KeptFaults } from '../core/kept-faults.ts';
import { FileProblem } from '../core/private-file.ts';
import { keepReport } from '../core/report.ts';
import { Runner } from '../core/runner.ts';
import { holdSingleInstance } from '../core/single-instance.ts';
import { tellFaults } from '../core/telling-faults.ts';
import { bugLines } from './bug-lines.ts';
import { CommandProblem, type Given } from './command.ts';
import { pairHere } from './pair.ts';
import { askAtTerminal } from './question.ts';
import { wantedSettings } from './settings.ts';

/** `start`: connects, and serves terminals until it is stopped. */
export async function startCommand(given: Given): Promise<number> {
	const { store, say, signal } = given;
	const held = await holdSingleInstance(store.lockPath);
	if (!held) throw new CommandProblem('A runner runs here already: coda-runner status');
	try {
		const paired = store.paired ?? (await pairHere(given));
		const computer = thisComputer(await settingsFor(given));
		const window = computer.asks ? askAtTerminal(say) : undefined;
		if (computer.asks && !window) say(NOBODY);
		const api = httpApi(paired.server);
		const runner = new Runner({
			...{ paired, computer, api, keeping: keepingIn(store) },
			askPerson: window?.ask
		});
		let wasOffline = false;
		runner.on('event', (event) => {
			// Told once, not with each attempt, but for what the person has to look into.
			if (event.type === 'waiting' && wasOffline && !event.doubts) return;
			if (event.type === 'waiting') wasOffline = true;
			if (event.type === 'online') wasOffline = false;
			say(...linesOf(event));
		});
		tellFaults(runner, { paired, api, faults: new KeptFaults(store) });
		const endReport = keepReport(runner, store, ({ message }) => {
			say(`${message} The runner goes on, but "status" and "sessions" cannot say how it is.`);
		});
		signal.addEventListener('abort', () => runner.stop());
		const reason = await runner.run();
		endReport();
		window?.close();
		say(LAST_WORDS[reason]);
		return reason === 'stopped' ? 0 : 1;
	} finally {
		await held.release();
	}
}

/** The settings as they are from now on. Those that cannot be kept count until the runner stops. */
async function settingsFor({ store, folders, say }: Given): Promise<Settings> {
	const settings = await wantedSettings({ store, folders });
	try {
		if (folders.length > 0) store.saveSettings(settings);
	} catch (cause) {
		if (!(cause instanceof FileProblem)) throw cause;
		say(`${cause.message} These folders count until the runner stops.`);
	}
	return settings;
}

const NOBODY =
	'New terminals will be refused: settings.json says to ask before each, and there is nobody to ask here.';

/** What to do now, for each way in which a runner ends. */
const LAST_WORDS: Record<StopReason, string> = {
	stopped: 'Stopped.',
	unpaired:
		'This computer is not paired any more, and its terminals have ended. To pair it again: coda-runner unpair, then coda-runner pair',
	outdated: 'This runner is too old for your Coda. Get the new one from the devices page.'
};

/** What a relay has said, and what to do where it is so. */
const DOUBTS: Record<RelayDoubt, string> = {
	replaced:
		'The relay says that another runner has connected with the key of this computer. If that was not you, unpair it on the devices page.',
	'version-unknown':
		'The relay does not speak the version of this runner. If that stays so, get the new one from the devices page.'
};

function linesOf(event: RunnerEvent): string[] {
	switch (event.type) {
		case 'online':
			return ['Online. Stop with Ctrl-C.'];
		case 'waiting':
			return [
				event.doubts
					? `${DOUBTS[event.doubts]} Trying again in ${Math.ceil(event.ms / 1_000)} seconds …`
					: `Offline (${event.reason}). Trying again …`
			];
		case 'session-started':
			return [`Terminal "${event.title}" in ${event.folder}`];
		case 'session-ended':
			return [`A terminal has ended (${event.signal ?? event.exitCode})`];
		case 'problem':
			return [event.message, ...(event.cause ? bugLines(event.cause) : [])];
		default:
			return [];
	}
}
