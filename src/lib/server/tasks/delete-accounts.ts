import type { Actor } from '../services/actor';
import { deleteDueAccounts } from '../services/account-deletion';

/** Deletes the accounts whose grace is over, with everything in them. */
export async function deleteAccounts(actor: Actor) {
	const { accounts, ideas } = await deleteDueAccounts(actor);
	return { deleted: accounts + ideas, counts: { accounts, ideas } };
}
