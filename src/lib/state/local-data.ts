import { forgetPages } from '$lib/kept-pages';
import { wipeKept } from '$lib/storage';
import { openStore, wipeStore } from './outbox-store';

/** Nobody waits longer for the browser than this to sign out. */
const WIPE_MS = 2_000;

/** Whether changes of this person wait in this browser. */
export async function hasUnsent(who: string): Promise<boolean> {
	try {
		const store = await openStore(who);
		const kept = await store.count();
		store.close();
		return kept > 0;
	} catch {
		// Blocked: nothing is there.
		return false;
	}
}

/** Forgets everything of this person in this browser: texts, what waits, and pages. */
export async function forgetPerson(who: string): Promise<void> {
	wipeKept(who);
	const wiped = Promise.allSettled([wipeStore(who), forgetPages()]);
	await Promise.race([wiped, new Promise((resolve) => setTimeout(resolve, WIPE_MS))]);
}
