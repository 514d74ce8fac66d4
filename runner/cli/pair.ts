import { hostname } from 'node:os';
import { renderUnicodeCompact } from 'uqr';
import { httpApi } from '../core/http-api.ts';
import type { Paired } from '../core/paired.ts';
import { pair, type PairingShown } from '../core/pairing.ts';
import { isHeld } from '../core/single-instance.ts';
import { CommandProblem, type Given } from './command.ts';

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
	const paired = await pair({
		...{ api: httpApi(server), server, signal },
		name: name ?? (hostname() || 'My computer'),
		onShow: (shown) => show(shown, say)
	});
	store.savePaired(paired);
	if (folders.length > 0) store.saveSettings({ ...store.settings, folders });
	say(`Paired with ${paired.personEmail}.`);
	return paired;
}

function show(
	{ userCode, verificationUri, qrUri, words, expiresInSeconds }: PairingShown,
	say: Given['say']
) {
	say('');
	say(renderUnicodeCompact(qrUri));
	say('');
	say(`  Open   ${verificationUri}`);
	say(`  Code   ${userCode}`);
	say(`  Words  ${words.join(' ')}`);
	say('');
	say('Approve only where Coda shows the same six words.');
	say(`Waiting for ${Math.round(expiresInSeconds / 60)} minutes …`);
}
