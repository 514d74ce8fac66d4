import type { Star } from '$lib/ideas';
import { LIMITS } from '$lib/limits';
import { isRecord, keep, readKept } from '$lib/storage';
import { trpc } from '$lib/trpc';
import { reportFailure } from './report';
import { toasts } from './toasts.svelte';

/** Something the person did and can take back. */
export interface Undoable {
	token: string;
	ideaId: string;
	/** What is said once it is undone: `“Kite” is back.` */
	undone: string;
	/** The star that comes back, where one does. */
	star?: Star;
}

/** Shows the result before the server has confirmed it. @returns the way back */
export type Preview = (entry: Undoable) => () => void;

/** What is said when an idea could not get back the star it had: the super-stars are all given away. */
const STAR_NOW: Record<Star, string> = {
	none: 'Its star could not come back: it is unstarred now.',
	star: 'Its super-star could not come back: it has a star now.',
	super: 'It is a super-star now.'
};

const KEY = 'coda-undo';

/**
 * What can be undone, the latest last. The server keeps the inverses for days, so the stack survives
 * a reload of the tab.
 */
export class UndoStack {
	#entries: Undoable[] = [];
	#who = '';
	#notices = new Map<string, number>();
	#previews = new Set<Preview>();
	#listeners = new Set<(entry: Undoable) => void>();

	/** Takes up what this tab remembers of the person. */
	open(who: string): void {
		if (who === this.#who) return;
		this.#who = who;
		this.#entries = readKept({ area: 'session', key: KEY, who }, areUndoable) ?? [];
	}

	/** @param notice the toast that offers to undo it */
	push(entry: Undoable, notice?: number): void {
		if (notice !== undefined) this.#notices.set(entry.token, notice);
		this.#entries = [...this.#entries.slice(1 - LIMITS.undoDepth), entry];
		this.#keep();
	}

	/** Takes back the latest action, or the one with this token. */
	async run(token = this.#entries.at(-1)?.token): Promise<void> {
		const entry = this.#entries.find((one) => one.token === token);
		if (!entry) {
			toasts.show('There is nothing to undo.');
			return;
		}
		this.#entries = this.#entries.filter((one) => one !== entry);
		this.#keep();
		const notice = this.#notices.get(entry.token);
		if (notice !== undefined) toasts.dismiss(notice);
		const rollbacks = [...this.#previews].map((preview) => preview(entry));
		try {
			const { kind, star } = await trpc.undo.redeem.mutate({ token: entry.token });
			const missed = star && entry.star && star !== entry.star ? STAR_NOW[star] : '';
			// An undone star that came out otherwise is not as it was.
			toasts.show(missed && kind === 'idea.star' ? missed : `${entry.undone} ${missed}`.trim());
			for (const listener of this.#listeners) listener({ ...entry, star });
		} catch (cause) {
			for (const rollback of rollbacks) rollback();
			const failure = reportFailure(cause, 'Couldn’t undo that.', () => void this.run(entry.token));
			if (failure.retryable) this.push(entry);
		}
	}

	/** Lets a list show what comes back at once, and hear when it has come. @returns stops both */
	follow(preview: Preview, undone: (entry: Undoable) => void): () => void {
		this.#previews.add(preview);
		this.#listeners.add(undone);
		return () => {
			this.#previews.delete(preview);
			this.#listeners.delete(undone);
		};
	}

	#keep() {
		const value = this.#entries.length > 0 ? this.#entries : undefined;
		keep({ area: 'session', key: KEY, who: this.#who }, value);
	}
}

function areUndoable(value: unknown): value is Undoable[] {
	const isOne = (one: unknown) =>
		isRecord(one) &&
		typeof one.token === 'string' &&
		typeof one.ideaId === 'string' &&
		typeof one.undone === 'string';
	return Array.isArray(value) && value.every(isOne);
}

/** What can be undone in this tab. */
export const undoStack = new UndoStack();
