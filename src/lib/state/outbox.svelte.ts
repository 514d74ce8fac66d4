import { callFailure, type CallFailure } from '$lib/errors';
import { hasUnsavedText } from '$lib/storage';
import {
	backOffMs,
	hindranceOf,
	inOrder,
	isAtFault,
	isBreak,
	nextOf,
	placeBehind,
	withSent,
	type Hindrance,
	type Trouble,
	type Waiting
} from '$lib/waiting';
import { deliver, type Delivery } from './outbox-deliver';
import { heldEdits, Neighbours, oneTabAtATime } from './outbox-neighbours';
import { openStore, type OutboxStore } from './outbox-store';

/** What becomes of one thing, for whoever shows it. */
export type News =
	| { is: 'delivered'; entry: Waiting; delivery: Delivery }
	| { is: 'refused'; entry: Waiting; failure: CallFailure };

const OPEN_MS = 5_000;

const OUTDATED: Hindrance = {
	is: 'outdated',
	message: 'Kept here. Reload the page to save it: a new version of Coda is ready.',
	waitMs: Infinity
};

/**
 * What one person did and the server has not confirmed. It is kept in the browser's database, so that it
 * outlives the page, and is sent from there in its order by one tab at a time; all tabs show the same.
 */
export class Outbox {
	/** Everything that waits, in its order. */
	items = $state.raw<Waiting[]>([]);
	/** Why nothing is sent at present. */
	hindrance = $state.raw<Hindrance>();
	/** Keys of what the browser would not keep: it is in this page only. */
	unkept = $state.raw<ReadonlySet<string>>(new Set());
	/** Whether a newer Coda is there than the one that this page is of. */
	isOutdated: () => Promise<boolean> = async () => false;

	#who = '';
	#store?: Promise<OutboxStore | undefined>;
	#taken?: Promise<void>;
	#isOpen: () => void = () => undefined;
	#opened = new Promise<void>((resolve) => (this.#isOpen = resolve));
	#takers = new Set<Promise<unknown>>();
	#writing = new Map<string, Waiting | undefined>();
	#inPage = new Map<string, Waiting>();
	#listeners = new Set<(news: News) => void>();
	#neighbours?: Neighbours;
	#closed = true;
	#isWorking = false;
	#isAsked = false;
	#wake: () => void = () => undefined;
	#breaks = new Map<string, number>();

	/** Takes up what earlier pages of this person left, and sends. A page belongs to one person. */
	open(who: string): void {
		this.#who = who;
		this.#closed = false;
		this.#neighbours ??= new Neighbours(who, (said) => {
			if (said.is === 'changed') void this.#reload();
			else if (said.is === 'wake') this.#wake();
			else if (said.is === 'hindrance') this.hindrance = said.hindrance;
			else this.#hear(said);
		});
		this.#store ??= this.#openStore(who);
		this.#taken ??= this.#reload();
		this.#isOpen();
		void this.send();
	}

	/** Takes something of what earlier pages left, once all of it is known. Until then nothing is sent from here. */
	async take<Left>(takeOne: () => Promise<Left>): Promise<Left> {
		// A page begins before what is around it does: without this wait it would find nothing yet.
		const taking = this.#opened.then(() => this.#taken).then(takeOne);
		this.#takers.add(taking);
		return taking.finally(() => this.#takers.delete(taking));
	}

	/** Stops sending; what is left stays kept. */
	close(): void {
		this.#closed = true;
		this.#wake();
	}

	/** Hears what becomes of each thing, also when another tab sends it. @returns stops that */
	follow(listener: (news: News) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Whether anything waits for the person to sign in again. */
	get isSignedOut(): boolean {
		return this.hindrance?.is === 'signedOut' && this.items.length > 0;
	}

	/** The place for what is typed now. */
	get nextPlace(): number {
		return placeBehind(this.items);
	}

	/** Keeps something, or the newer state of it. It shows at once. */
	put(entry: Waiting): void {
		const others = this.items.filter(({ key }) => key !== entry.key);
		this.items = inOrder([...others, entry]);
		void this.#write(entry.key, entry);
	}

	/** Takes one out. */
	remove(key: string): void {
		this.#breaks.delete(key);
		this.items = this.items.filter((entry) => entry.key !== key);
		void this.#write(key, undefined);
	}

	/** Sends what waits; `key` also when it was refused. */
	async send(key?: string): Promise<void> {
		const asked = this.items.find((entry) => entry.key === key);
		if (asked?.trouble) {
			this.#breaks.delete(asked.key);
			this.put({ ...asked, trouble: undefined });
		}
		this.#isAsked = true;
		this.#wake();
		this.#neighbours?.say({ is: 'wake' });
		if (this.#isWorking || this.#closed) return;
		this.#isWorking = true;
		try {
			await oneTabAtATime(this.#who, () => this.#work());
		} finally {
			this.#isWorking = false;
		}
		if (this.#isAsked && !this.#closed) await this.send();
	}

	async #work() {
		let attempts = 0;
		while (!this.#closed) {
			this.#isAsked = false;
			await this.#reload();
			await Promise.allSettled(this.#takers);
			const next = nextOf(this.items, await heldEdits());
			if (!next || this.#closed) break;
			const hindrance = await this.#sendOne(next);
			if (this.#closed) return;
			this.#hinder(hindrance);
			if (!hindrance) {
				attempts = 0;
				continue;
			}
			for (const [key, entry] of this.#inPage) await this.#write(key, entry);
			await this.#rest(Math.max(backOffMs(attempts++), hindrance.waitMs), hindrance);
		}
		this.#hinder(undefined);
	}

	/** @returns what is in the way of this and of everything behind it */
	async #sendOne(entry: Waiting): Promise<Hindrance | undefined> {
		const { key } = entry;
		try {
			if (entry.kind === 'edit') {
				this.put({ ...entry, sent: withSent(entry.sent ?? [], entry.mine) });
			}
			const delivery = await deliver(entry);
			if (this.#closed) return undefined;
			// What was typed while this was on its way goes next.
			if (delivery.trouble) this.#stick(entry, delivery.trouble);
			else if (this.#present(key)?.at === entry.at) this.remove(key);
			this.#announce({ is: 'delivered', entry, delivery });
			return undefined;
		} catch (cause) {
			return this.#closed ? undefined : this.#failed(entry, callFailure(cause));
		}
	}

	async #failed(entry: Waiting, failure: CallFailure): Promise<Hindrance | undefined> {
		const { key } = entry;
		const breaks = (this.#breaks.get(key) ?? 0) + 1;
		if (isBreak(failure)) this.#breaks.set(key, breaks);
		const isHindrance = failure.code === 'UNAUTHORIZED' || !isAtFault(failure, breaks);
		// Without an answer it may be that this page is of a release whose files are gone.
		if (!isHindrance || !failure.code) {
			if (await this.isOutdated()) return OUTDATED;
		}
		if (isHindrance) return hindranceOf(failure);
		const isStuck = this.#stick(entry, { is: 'refused', message: failure.message });
		if (isStuck) this.#announce({ is: 'refused', entry, failure });
		return undefined;
	}

	/** Says why what was sent stays as it is. @returns false when it is not the same any more, or gone */
	#stick({ key, at }: Waiting, trouble: Trouble): boolean {
		const present = this.#present(key);
		if (present?.at !== at) return false;
		this.put({ ...present, trouble });
		return true;
	}

	/** Waits, unless someone has reason to believe that it works again. */
	async #rest(ms: number, { is }: Hindrance) {
		await new Promise<void>((resolve) => {
			const timer =
				is === 'signedOut' || !Number.isFinite(ms) ? undefined : setTimeout(resolve, ms);
			this.#wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
		this.#wake = () => undefined;
	}

	#hinder(hindrance: Hindrance | undefined) {
		if (this.hindrance?.message === hindrance?.message) return;
		this.hindrance = hindrance;
		this.#neighbours?.say({ is: 'hindrance', hindrance });
	}

	/** Another tab has sent something. */
	#hear(news: News) {
		const isGone = news.is === 'delivered' && !news.delivery.trouble;
		if (isGone) {
			const { key, at } = news.entry;
			this.items = this.items.filter((entry) => entry.key !== key || entry.at !== at);
		}
		this.#tell(news);
	}

	#announce(news: News) {
		this.#tell(news);
		this.#neighbours?.say(news);
	}

	#tell(news: News) {
		for (const listener of this.#listeners) listener(news);
	}

	/** Takes up what the database has, and what is on its way into it. */
	async #reload() {
		const store = await this.#store;
		// What cannot be read now is as this page knows it; it is read again with the next change.
		const stored = await store?.all().catch(() => undefined);
		if (this.#closed && this.items.length === 0) return;
		const known = new Map((stored ?? this.items).map((entry) => [entry.key, entry]));
		for (const [key, entry] of [...this.#inPage, ...this.#writing]) {
			if (entry) known.set(key, entry);
			else known.delete(key);
		}
		this.items = inOrder(known.values());
	}

	async #write(key: string, entry: Waiting | undefined) {
		this.#writing.set(key, entry);
		try {
			const store = await this.#store;
			if (!store) throw new Error('Nothing can be kept in this browser.');
			await (entry ? store.put(entry) : store.remove(key));
			this.#inPage.delete(key);
		} catch {
			// Blocked or full: the page is told, and sends it all the same.
			if (entry) this.#inPage.set(key, entry);
			else this.#inPage.delete(key);
		}
		if (this.#writing.get(key) === entry) this.#writing.delete(key);
		this.unkept = new Set(this.#inPage.keys());
		this.#neighbours?.say({ is: 'changed' });
	}

	async #openStore(who: string): Promise<OutboxStore | undefined> {
		try {
			const store = await inTime(openStore(who));
			if (hasUnsavedText(who)) await takeOlder(store, who);
			return store;
		} catch {
			// Blocked: the page goes on without.
			return undefined;
		}
	}

	#present(key: string): Waiting | undefined {
		return this.items.find((entry) => entry.key === key);
	}
}

/** What tabs of a former release left in local storage. What reads it comes only where there may be something. */
async function takeOlder(store: OutboxStore, who: string): Promise<void> {
	// Without a network it stays where it is, until the next page.
	const older = await import('./outbox-older').catch(() => undefined);
	const { entries, forget } = older?.readOlder(who) ?? { entries: [] };
	for (const entry of entries) await store.put(entry);
	forget?.();
}

/** @throws when the browser does not answer: nothing may wait for it for ever */
async function inTime(opening: Promise<OutboxStore>): Promise<OutboxStore> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error('The browser does not answer.')), OPEN_MS);
	});
	return Promise.race([opening, late]).finally(() => clearTimeout(timer));
}

/** What waits of the person of this page. In the browser only: on the server a module is everyone's. */
export const outbox = new Outbox();
