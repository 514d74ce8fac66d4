import type { Actor } from '../services/actor';
import { deleteDueAccounts } from '../services/account-deletion';
import type { Work } from '../services/batches';

/** Deletes the accounts whose grace is over, with everything in them. */
export async function deleteAccounts(actor: Actor, work: Work) {
	const { accounts, ideas, more } = await deleteDueAccounts(actor, work);
	return { deleted: accounts + ideas, counts: { accounts, ideas }, more };
}
