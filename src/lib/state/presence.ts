/** Work that goes on behind the page: queues and editors that send by themselves. */
export interface Work {
	/** Sends nothing any more, and keeps nothing new. */
	stop: () => void;
	/** Goes on after all: the person stays. */
	resume: () => void;
}

const SIGNED_OUT = 'coda-signed-out';

/** Who this page belongs to, for as long as it does: nothing of one person is done in another's name. */
class Presence {
	/** Set once the page has to go: nothing may hold it up then. */
	isOver = false;
	#works = new Set<Work>();

	/** Lets the page stop this work. @returns forgets it again */
	add(work: Work): () => void {
		this.#works.add(work);
		return () => {
			this.#works.delete(work);
		};
	}

	stop(): void {
		for (const { stop } of this.#works) stop();
	}

	resume(): void {
		for (const { resume } of this.#works) resume();
	}

	/** Stops everything and leaves: for another address, or for this one as whoever is here now. */
	end(href?: string): void {
		if (this.isOver) return;
		this.isOver = true;
		this.stop();
		if (href) location.assign(href);
		else location.reload();
	}
}

/** The person of this page. */
export const presence = new Presence();

/** Tells the other tabs that this person has signed out. */
export function announceSignOut(who: string): void {
	try {
		localStorage.setItem(SIGNED_OUT, who);
		localStorage.removeItem(SIGNED_OUT);
	} catch {
		// Blocked: the other tabs learn it from the server.
	}
}

/** Whether another tab has just said that this person signed out. */
export const isSignOut = ({ key, newValue }: StorageEvent, who: string): boolean =>
	key === SIGNED_OUT && newValue === who;
