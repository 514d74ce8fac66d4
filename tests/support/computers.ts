import type { RunnerFault } from '#protocol/faults';
import { importRunnerKey, makeRunnerKey, signProof } from '#protocol/identity';
import type { PairingStart } from '#protocol/pairing';
import { hashToken, newToken } from '$lib/server/auth/token';
import { db } from '$lib/server/db';
import type { PersonalActor } from '$lib/server/services/actor';
import { pollPairing, startPairing } from '$lib/server/services/pairing-requests';
import { approvePairing, findPairing } from '$lib/server/services/pairings';
import { makeChallenge } from '$lib/server/services/runner-proofs';
import { issueRunnerTicket } from '$lib/server/services/runner-tickets';

/** Where computers of tests call. */
export const door = { origin: 'https://coda.test', address: 'unknown', requestId: 'test-runner' };

/** A computer with a key of its own, before it is paired. */
export async function newComputer(given: Partial<PairingStart> = {}, origin = door.origin) {
	const keys = await makeRunnerKey();
	const key = await importRunnerKey(keys.privateKey);
	const { publicKey } = keys;
	const asks: PairingStart = {
		...{ name: 'Desk', hostname: 'desk.local', platform: 'linux-x64', version: '0.1.0', publicKey },
		proof: await signProof(key, { purpose: 'pair', challenge: publicKey, origin }),
		...given
	};
	return { key, publicKey, asks };
}
export type TestComputer = Awaited<ReturnType<typeof newComputer>>;

/** A fault of a runner, as it tells of one. */
export const runnerFault = {
	kind: 'TypeError',
	message: 'x is not a function',
	stack: '    at turn (runner/core/turns.ts:12:3)',
	...{ version: '0.1.0', platform: 'linux-x64', node: '22.1.0' },
	times: 1
} satisfies RunnerFault;

let computers = 0;

/** A computer that asks to be paired, from an address of its own. */
export async function askingComputer(given: Partial<PairingStart> = {}) {
	const computer = await newComputer(given);
	computers += 1;
	const address = `10.0.${computers >> 8}.${computers & 255}`;
	return { ...computer, ...(await startPairing(computer.asks, { ...door, address })) };
}

/** Lets the computer that waits under a code in. */
export async function approve(person: PersonalActor, userCode: string) {
	const { id } = await findPairing(person, { userCode, address: 'unknown' });
	await approvePairing(person, { id, userCode, origin: door.origin });
	return id;
}

/** A paired computer of a person's, by the whole way that a real one goes. */
export async function pairedComputer(person: PersonalActor) {
	const computer = await askingComputer();
	await approve(person, computer.userCode);
	const paired = await pollPairing({ deviceCode: computer.deviceCode }, door);
	if (paired.state !== 'paired') throw new Error(`It is not paired: ${paired.reason}`);
	return { ...computer, ...paired };
}

/** Asks for a ticket as a runner does. */
export async function ticketFor(
	{
		key,
		runnerId,
		credential
	}: Pick<TestComputer, 'key'> & { runnerId: string; credential: string },
	given: { challenge?: string; proof?: string; address?: string } = {}
) {
	const challenge = given.challenge ?? makeChallenge({ runnerId }).challenge;
	const proof =
		given.proof ?? (await signProof(key, { purpose: 'ticket', challenge, origin: door.origin }));
	const { address = door.address } = given;
	return issueRunnerTicket({ runnerId, credential, challenge, proof }, { ...door, address });
}

/** A computer straight into the table, where how it got there does not matter. */
export async function createRunnerFor({ userId }: PersonalActor, name = 'Desk'): Promise<string> {
	const { publicKey } = await makeRunnerKey();
	const about = { name, hostname: 'desk.local', platform: 'linux-x64', version: '0.1.0' };
	const { id } = await db.runner.create({
		data: { userId, ...about, publicKey, credentialHash: hashToken(newToken()) },
		select: { id: true }
	});
	return id;
}
