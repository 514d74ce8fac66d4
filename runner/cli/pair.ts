import { hostname } from 'node:os';
import { renderUnicodeCompact } from 'uqr';
import { WIRE } from '#protocol/limits';
import { shownName } from '#protocol/pairing';
import { httpApi } from '../core/http-api.ts';
import type { Paired } from '../core/paired.ts';
import { pair, type PairingShown } from '../core/pairing.ts';
import { isHeld } from '../core/single-instance.ts';
import { CommandProblem, type Given } from './command.ts';
import { reportWords } from './report.ts';
import { wantedSettings } from './settings.ts';

/** `pair`: makes this computer one of the person's. */
export async function pairCommand(given: Given): Promise<number> {
	const { store, say } = given;
	const before = store.paired;
	if (before) {
		throw new CommandProblem(
			`This computer is paired with ${before.personEmail} at ${before.server}. For another one: coda-runner unpair`
		);
	}
	if (await isHeld(store.lockPath)) throw new CommandProblem('A runner runs here. Stop it first.');
	await pairHere(given);
	say('Start it: coda-runner start');
	return 0;
}

/** Pairs, and keeps what the app has given. */
export async function pairHere({
	store,
	server,
	name,
	folders,
	say,
	signal
}: Given): Promise<Paired> {
	if (!server) {
		throw new CommandProblem('Where is your Coda? coda-runner pair --server https://coda.example');
	}
	const shown = shownName.safeParse(name ?? (hostname() || 'My computer'));
	if (!shown.success) {
		throw new CommandProblem(`A name has one to ${WIRE.nameChars} letters: --name "My laptop"`);
	}
	// Before anybody is asked: a pairing that cannot be kept is none, and a code works once.
	store.saveSettings(await wantedSettings({ store, folders }));
	const paired = await pair({
		...{ api: httpApi(server), server, signal },
		name: shown.data,
		onShow: (pairing) => show(pairing, say)
	});
	store.savePaired(paired);
	say(`Paired with ${paired.personEmail}.`);
	say(reportWords(store.settings.reportFaults));
	return paired;
}

function show(
	{ userCode, verificationUri, qrUri, words, expiresInSeconds }: PairingShown,
	say: Given['say']
) {
	say('');
	say(...renderUnicodeCompact(qrUri).split('\n'));
	say('');
	say(`  Open   ${verificationUri}`);
	say(`  Code   ${userCode}`);
	say(`  Words  ${words.join(' ')}`);
	say('');
	say('Approve only where Coda shows the same six words.');
	say(`Waiting for ${Math.round(expiresInSeconds / 60)} minutes …`);
}
