import type { Hindrance } from '$lib/waiting';
import type { News } from './outbox.svelte';

/*
 * The other tabs of the same person in this browser. One of them sends at a time, all of them show the
 * same. Where the browser has no locks, two may send the same thing: the server makes one of it.
 */

/** What one tab says to the others. */
export type Said =
	{ is: 'changed' } | { is: 'wake' } | { is: 'hindrance'; hindrance: Hindrance | undefined } | News;

/** The tabs of one person. */
export class Neighbours {
	#channel?: BroadcastChannel;

	constructor(who: string, hear: (said: Said) => void) {
		if (typeof BroadcastChannel === 'undefined') return;
		this.#channel = new BroadcastChannel(`coda-outbox ${who}`);
		this.#channel.onmessage = ({ data }: MessageEvent<Said>) => hear(data);
	}

	say(said: Said): void {
		this.#channel?.postMessage(said);
	}

	close(): void {
		this.#channel?.close();
	}
}

const locks = () => globalThis.navigator?.locks as LockManager | undefined;

const EDIT = 'coda-edit ';

/** Runs the work once no other tab of this person does: when that one closes, it is this one's turn. */
export async function oneTabAtATime(who: string, work: () => Promise<void>): Promise<void> {
	const manager = locks();
	if (manager) await manager.request(`coda-outbox ${who}`, work);
	else await work();
}

/** Says that an editor of this tab has this edit. @returns gives it free */
export function holdEdit(key: string): () => void {
	let free: () => void = () => undefined;
	const closed = new Promise<void>((resolve) => (free = resolve));
	void locks()?.request(EDIT + key, () => closed);
	return free;
}

/** The same, if no editor has it yet; of two tabs one gets it. @returns gives it free */
export async function takeEdit(key: string): Promise<(() => void) | undefined> {
	const manager = locks();
	if (!manager) return () => undefined;
	return new Promise((resolve) => {
		void manager.request(EDIT + key, { ifAvailable: true }, (lock) => {
			if (lock) return new Promise<void>((free) => resolve(free));
			resolve(undefined);
			return undefined;
		});
	});
}

/** The keys of the edits that an open editor has, in whichever tab. */
export async function heldEdits(): Promise<ReadonlySet<string>> {
	const { held = [], pending = [] } = (await locks()?.query()) ?? {};
	const names = [...held, ...pending].map(({ name = '' }) => name);
	return new Set(
		names.filter((name) => name.startsWith(EDIT)).map((name) => name.slice(EDIT.length))
	);
}
