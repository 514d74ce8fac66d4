import { v4 as uuid } from 'uuid';
import type { AuditAction } from '$lib/audit-words';
import { findPairing } from '$lib/server/services/pairings';
import { askingComputer, createRunnerFor, newComputer } from './computers';
import { createPerson, createSessionFor } from './factories';

/** What a person decides about a computer that asks. */
async function onPairing(leaves: AuditAction) {
	const as = await createPerson();
	const { userCode } = await askingComputer();
	const { id } = await findPairing(as, { userCode, address: 'unknown' });
	return { as, input: { id, userCode }, leaves };
}

/** An act of a person on a computer of theirs. */
async function onRunner(leaves: AuditAction, { input = {}, changed = [] as string[] } = {}) {
	const as = await createPerson();
	return { as, input: { id: await createRunnerFor(as), ...input }, leaves, changed };
}

/** Calls about computers that succeed, by their procedure, and the entry that each leaves in the audit. */
export const COMPUTER_ACTS = {
	'pairings.approve': () => onPairing('pairing.approve'),
	'pairings.deny': () => onPairing('pairing.deny'),
	'runners.rename': () => onRunner('runner.rename', { input: { name: 'New' }, changed: ['name'] }),
	'runners.switch': () =>
		onRunner('runner.switch', { input: { isForAny: true }, changed: ['isForAny'] }),
	'runners.revoke': () => onRunner('runner.revoke'),
	'terminals.open': async () => {
		const { publicKey: browserKey } = await newComputer();
		const { input, as, ...act } = await onRunner('terminal.open');
		const { id: sessionId } = await createSessionFor(as);
		const signedIn = { ...as, sessionId };
		return {
			...act,
			as: signedIn,
			input: { runnerId: input.id, sessionId: uuid(), role: 'writer', browserKey }
		};
	}
};
