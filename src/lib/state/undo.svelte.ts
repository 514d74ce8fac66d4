import type { inferRouterOutputs } from '@trpc/server';
import type { Star } from '$lib/ideas';
import { LIMITS } from '$lib/limits';
import type { AppRouter } from '$lib/server/trpc/router';
import { isRecord, keep, readKept } from '$lib/storage';
import { trpc } from '$lib/trpc';
import { reportFailure } from './report';
import { toasts } from './toasts.svelte';

/** What the server says about an undone action. */
export type Undone = inferRouterOutputs<AppRouter>['undo']['redeem'];

/** A kind of action that can be undone: `idea.move`. The server's table of inverses has them all. */
export type UndoableKind = Undone['kind'];

/**
 * Something the person did and can take back. Push it in the moment in which it is done, with the promise of
 * its token, so that Ctrl+Z right after it means this and nothing earlier.
 */
export interface Undoable {
	kind: UndoableKind;
	/** The ideas or features that it was about. */
	ids: readonly string[];
	/** What came with the action; a promise while the server has not answered. Without a token there was nothing to undo. */
	token: string | Promise<string | undefined>;
	/** What is said once it is undone: `“Kite” is back.` */
	undone: string;
	/** The star that comes back, where one does. */
	star?: Star;
	/** Shows the result before the server has confirmed it; lost with the page. @returns the way back */
	preview?: () => () => void;
}

/** Something that the person did in a text of this page, before or beside what the server has of it. */
interface UndoableHere {
	takeBack: () => void;
}

/** Someone who shows what undoing changes. */
export interface Follower {
	/** Only these kinds: `['feature.move', 'feature.delete']`. */
	kinds?: readonly UndoableKind[];
	/** Only what is about this idea or feature; it hears, too, of what came back for this idea. */
	id?: string;
	/** Shows the result before the server has confirmed it. @returns the way back */
	preview?: (entry: Undoable) => (() => void) | void;
	/** Hears that it is undone, and what came back. */
	undone?: (entry: Undoable, result: Undone) => void;
}

/** What is said when an idea could not get back the star it had: the super-stars are all given away. */
const STAR_NOW: Record<Star, string> = {
	none: 'Its star could not come back: it is unstarred now.',
	star: 'Its super-star could not come back: it has a star now.',
	super: 'It is a super-star now.'
};

const KEY = 'coda-undo';

/**
 * What can be undone, the latest last. The server keeps the inverses for days, so the stack survives a reload
 * of the tab. Several are taken back one after the other, in the order in which they were asked for.
 */
export class UndoStack {
	#entries: (Undoable | UndoableHere)[] = [];
	#who = '';
	#notices = new WeakMap<Undoable | UndoableHere, number>();
	#followers = new Set<Follower>();
	#running: Promise<unknown> = Promise.resolve();

	/** Takes up what this tab remembers of the person. */
	open(who: string): void {
		if (who === this.#who) return;
		this.#who = who;
		this.#entries = readKept({ area: 'session', key: KEY, who }, areUndoable) ?? [];
	}

	/** Remembers an action. @returns takes exactly this one back */
	push(entry: Undoable): () => void {
		this.#entries = [...this.#entries.slice(1 - LIMITS.undoDepth), entry];
		if (typeof entry.token !== 'string') {
			void entry.token.then(
				(token) => (token ? this.#settle(entry, token) : this.#drop(entry)),
				() => this.#drop(entry)
			);
		}
		this.#keep();
		return () => void this.run(entry);
	}

	/** Remembers an action and says what was done, with a button that takes it back. @returns the notice */
	offer(said: string, entry: Undoable): number {
		const run = this.push(entry);
		const notice = toasts.show(said, { action: { label: 'Undo', run } });
		this.#notices.set(entry, notice);
		return notice;
	}

	/**
	 * Remembers what only this page can take back, and says what was done, with a button.
	 *
	 * @returns withdraws it and its notice, because there is nothing left in which it could be taken back
	 */
	offerHere(said: string, takeBack: () => void): () => void {
		const entry: UndoableHere = { takeBack };
		this.#entries = [...this.#entries.slice(1 - LIMITS.undoDepth), entry];
		const run = () => void this.run(entry);
		this.#notices.set(entry, toasts.show(said, { action: { label: 'Undo', run } }));
		return () => this.#withdraw(entry);
	}

	/** Takes back the latest action, or this one. */
	async run(entry = this.#entries.at(-1)): Promise<void> {
		if (!entry || !this.#entries.includes(entry)) {
			toasts.show('There is nothing to undo.');
			return;
		}
		this.#withdraw(entry);
		if ('takeBack' in entry) return entry.takeBack();
		const followers = [...this.#followers].filter((one) => follows(one, entry));
		const rollbacks = [entry.preview?.(), ...followers.map((one) => one.preview?.(entry))];
		const before = this.#running;
		// One that failed holds up none of those behind it.
		this.#running = before.catch(() => undefined).then(() => this.#redeem(entry, rollbacks));
		await this.#running;
	}

	async #redeem(entry: Undoable, rollbacks: ((() => void) | void)[]): Promise<void> {
		const rollBack = () => rollbacks.toReversed().forEach((rollback) => rollback?.());
		const token = await Promise.resolve(entry.token).catch(() => undefined);
		// It did not happen, and whoever tried it has said so.
		if (!token) return rollBack();
		try {
			const result = await trpc.undo.redeem.mutate({ token });
			const { kind, star } = result;
			const missed = star && entry.star && star !== entry.star ? STAR_NOW[star] : '';
			// An undone star that came out otherwise is not as it was.
			toasts.show(missed && kind.endsWith('.star') ? missed : `${entry.undone} ${missed}`.trim());
			for (const one of this.#followers) {
				if (follows(one, entry, result.ideaIds)) one.undone?.(entry, result);
			}
		} catch (cause) {
			rollBack();
			const again = { ...entry, token };
			const failure = reportFailure(cause, 'Couldn’t undo that.', () => void this.run(again));
			if (failure.retryable) this.push(again);
		}
	}

	/** Lets a list show what comes back at once, and hear when it has come. @returns stops both */
	follow(follower: Follower): () => void {
		this.#followers.add(follower);
		return () => void this.#followers.delete(follower);
	}

	#settle(entry: Undoable, token: string) {
		entry.token = token;
		this.#keep();
	}

	#withdraw(entry: Undoable | UndoableHere) {
		this.#drop(entry);
		const notice = this.#notices.get(entry);
		if (notice !== undefined) toasts.dismiss(notice);
	}

	#drop(entry: Undoable | UndoableHere) {
		this.#entries = this.#entries.filter((one) => one !== entry);
		this.#keep();
	}

	/** What has no token, or none yet, is not kept: the page that asked for it is gone after a reload. */
	#keep() {
		const kept = this.#entries.flatMap((entry) => {
			if ('takeBack' in entry || typeof entry.token !== 'string') return [];
			const { preview: _lost, ...plain } = entry;
			return plain;
		});
		const value = kept.length > 0 ? kept : undefined;
		keep({ area: 'session', key: KEY, who: this.#who }, value);
	}
}

const follows = (
	{ kinds, id }: Follower,
	entry: Undoable,
	ideaIds: readonly string[] = []
): boolean =>
	(!kinds || kinds.includes(entry.kind)) && (!id || [...entry.ids, ...ideaIds].includes(id));

function areUndoable(value: unknown): value is Undoable[] {
	const isOne = (one: unknown) =>
		isRecord(one) &&
		typeof one.kind === 'string' &&
		typeof one.token === 'string' &&
		typeof one.undone === 'string' &&
		Array.isArray(one.ids) &&
		one.ids.every((id) => typeof id === 'string');
	return Array.isArray(value) && value.every(isOne);
}

/** What can be undone in this tab. */
export const undoStack = new UndoStack();
