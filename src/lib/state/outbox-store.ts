import { isWaiting, type Waiting } from '$lib/waiting';

/*
 * What waits to be sent, in this browser's own database: one for each person, so that signing out can
 * drop all of it at once.
 */

/** Where one person's changes wait. Each call fails when storage is blocked or full. */
export interface OutboxStore {
	all: () => Promise<Waiting[]>;
	/** How much is kept, also what this release cannot read. */
	count: () => Promise<number>;
	put: (entry: Waiting) => Promise<void>;
	remove: (key: string) => Promise<void>;
	close: () => void;
}

const WAITING = 'waiting';

const nameOf = (who: string) => `coda-${who}`;

/** @throws when the browser does not let this page keep anything */
export async function openStore(who: string): Promise<OutboxStore> {
	const opening = indexedDB.open(nameOf(who), 1);
	opening.onupgradeneeded = () => opening.result.createObjectStore(WAITING, { keyPath: 'key' });
	const db = await answerTo(opening);
	// The person signs out in another tab: nothing may hold up the wiping.
	db.onversionchange = () => db.close();

	return {
		async all() {
			const kept: unknown[] = await answerTo(db.transaction(WAITING).objectStore(WAITING).getAll());
			return kept.filter(isWaiting);
		},
		count: () => answerTo(db.transaction(WAITING).objectStore(WAITING).count()),
		put: (entry) => change(db, (store) => store.put(entry)),
		remove: (key) => change(db, (store) => store.delete(key)),
		close: () => db.close()
	};
}

/** Drops everything that waits for a person. */
export async function wipeStore(who: string): Promise<void> {
	await answerTo(indexedDB.deleteDatabase(nameOf(who)));
}

/** Committed at once and written to the disk, so that it is kept also when the page closes in this moment. */
async function change(db: IDBDatabase, run: (store: IDBObjectStore) => IDBRequest): Promise<void> {
	const changing = db.transaction(WAITING, 'readwrite', { durability: 'strict' });
	const done = new Promise<void>((resolve, reject) => {
		changing.oncomplete = () => resolve();
		changing.onabort = () => reject(changing.error);
	});
	run(changing.objectStore(WAITING));
	changing.commit();
	await done;
}

const answerTo = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
