import { callFailure } from '$lib/errors';
import { messageFor } from '$lib/messages';
import { Selection } from '$lib/state/board-selection.svelte';
import { reportFailure } from '$lib/state/report';
import { toasts } from '$lib/state/toasts.svelte';
import { undoStack, type Undoable } from '$lib/state/undo.svelte';
import { count } from '$lib/time';
import type { Trashed, TrashPage } from '$lib/trash';
import { trpc } from '$lib/trpc';

/** The Trash as it is shown: what leaves it is gone at once, and comes back when the server refuses. */
export class Trash {
	things = $state.raw<Trashed[]>([]);
	nextCursor = $state.raw<string>();
	more = $state<'idle' | 'loading' | 'failed'>('idle');
	readonly selection = new Selection();

	/** What of the list is selected. */
	selected = $derived(this.things.filter(({ id }) => this.selection.ids.has(id)));

	adopt({ things, nextCursor }: TrashPage): void {
		this.things = things;
		this.nextCursor = nextCursor;
		this.more = 'idle';
	}

	/** Asks the server again, when the page comes back into view. */
	async refresh(): Promise<void> {
		const before = this.things;
		const page = await trpc.trash.list.query({}).catch(() => undefined);
		if (page && before === this.things) this.adopt(page);
	}

	/** Brings an idea or a feature back. @returns whether it came */
	async restore(thing: Trashed): Promise<boolean> {
		const putBack = this.#take([thing]);
		const restoring = nounOf(thing).restore.mutate({ id: thing.id });
		let notice: number | undefined;
		let isUndone = false;
		const undone = () => {
			isUndone = true;
			if (notice !== undefined) toasts.dismiss(notice);
			putBack();
		};
		undoStack.push(this.#returning([thing], { restoring, putBack: undone }));
		try {
			await restoring;
			if (isUndone) return true;
			notice = toasts.show(`“${thing.title}” is back.`, {
				action: { label: 'Open', href: `/ideas/${thing.idea?.id ?? thing.id}` }
			});
			return true;
		} catch (cause) {
			putBack();
			reportFailure(cause, `Couldn’t restore “${thing.title}”.`, () => void this.restore(thing));
			return false;
		}
	}

	/** Deletes an idea or a feature for good. @returns what is wrong with the typed title, if anything is */
	async purge(thing: Trashed, typed: string): Promise<string | undefined> {
		if (thing.title !== typed.normalize('NFC').trim())
			return messageFor(`${thing.kind}.titleMismatch`);
		const putBack = this.#take([thing]);
		try {
			await nounOf(thing).purge.mutate({ id: thing.id, title: typed });
			toasts.show(`Deleted “${thing.title}” for good.`);
			return undefined;
		} catch (cause) {
			putBack();
			reportFailure(cause, `Couldn’t delete “${thing.title}”.`);
			return undefined;
		}
	}

	/** Brings back everything that is selected, with one way to undo it. @returns whether it came */
	async restoreSelected(): Promise<boolean> {
		const chosen = this.selected;
		const putBack = this.#take(chosen);
		const restoring = trpc.trash.restoreMany.mutate(namesOf(chosen));
		const entry = this.#returning(chosen, { restoring, putBack });
		const notice = undoStack.offer(`${count(chosen.length, 'thing')} restored.`, entry);
		try {
			await restoring;
			return true;
		} catch (cause) {
			toasts.dismiss(notice);
			putBack();
			reportFailure(cause, 'Couldn’t restore them.');
			return false;
		}
	}

	/** Deletes everything that is selected for good. @returns why it could not */
	async purgeSelected(): Promise<string | undefined> {
		const chosen = this.selected;
		const putBack = this.#take(chosen);
		try {
			await trpc.trash.purgeMany.mutate({ ...namesOf(chosen), count: chosen.length });
			toasts.show(`Deleted ${count(chosen.length, 'thing')} for good.`);
			return undefined;
		} catch (cause) {
			putBack();
			return callFailure(cause).message || 'That did not work. Try again.';
		}
	}

	/** Appends the next page. */
	async loadMore(): Promise<void> {
		if (!this.nextCursor || this.more === 'loading') return;
		this.more = 'loading';
		try {
			const page = await trpc.trash.list.query({ cursor: this.nextCursor });
			this.things = [...this.things, ...page.things];
			this.nextCursor = page.nextCursor;
			this.more = 'idle';
		} catch {
			this.more = 'failed';
		}
	}

	/** How what is restored goes back to the Trash. */
	#returning(
		things: readonly Trashed[],
		{ restoring, putBack }: { restoring: Promise<{ undoToken: string }>; putBack: () => void }
	): Undoable {
		return {
			kind: 'trash.restore',
			// A feature comes back to the plan of its idea, and goes from there again.
			ids: things.flatMap(({ id, idea }) => (idea ? [id, idea.id] : [id])),
			token: restoring.then(({ undoToken }) => undoToken),
			undone: 'Back in the Trash.',
			preview: () => {
				putBack();
				// What was never restored is in the Trash either way.
				return () =>
					void restoring.then(
						() => this.#take(things),
						() => undefined
					);
			}
		};
	}

	/** Takes things out of the list. @returns puts them where they were */
	#take(gone: readonly Trashed[]): () => void {
		const before = this.things;
		this.things = before.filter((thing) => !gone.includes(thing));
		for (const { id } of gone) if (this.selection.ids.has(id)) this.selection.toggle(id);
		return () => {
			const places = new Map(before.map((thing, place) => [thing.id, place]));
			const placeOf = ({ id }: Trashed) => places.get(id) ?? before.length;
			const kept = this.things.filter((thing) => !gone.includes(thing));
			this.things = [...kept, ...gone].toSorted((a, b) => placeOf(a) - placeOf(b));
		};
	}
}

const nounOf = ({ kind }: Trashed) => (kind === 'idea' ? trpc.ideas : trpc.features);

/** A selection as the server wants it named. */
const namesOf = (things: readonly Trashed[]) => ({
	ideas: things.filter(({ kind }) => kind === 'idea').map(({ id }) => id),
	features: things.filter(({ kind }) => kind === 'feature').map(({ id }) => id)
});
