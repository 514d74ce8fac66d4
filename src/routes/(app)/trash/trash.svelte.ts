import { messageFor } from '$lib/messages';
import { reportFailure } from '$lib/state/report';
import { toasts } from '$lib/state/toasts.svelte';
import type { Trashed, TrashPage } from '$lib/trash';
import { trpc } from '$lib/trpc';

/** The Trash as it is shown: what leaves it is gone at once, and comes back when the server refuses. */
export class Trash {
	things = $state.raw<Trashed[]>([]);
	nextCursor = $state.raw<string>();
	more = $state<'idle' | 'loading' | 'failed'>('idle');

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
		const putBack = this.#take(thing);
		try {
			await nounOf(thing).restore.mutate({ id: thing.id });
			toasts.show(`“${thing.title}” is back.`, {
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
		const putBack = this.#take(thing);
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

	#take(thing: Trashed): () => void {
		const before = this.things;
		this.things = before.filter(({ id }) => id !== thing.id);
		return () => {
			const place = before.indexOf(thing);
			this.things = this.things.toSpliced(Math.min(place, this.things.length), 0, thing);
		};
	}
}

const nounOf = ({ kind }: Trashed) => (kind === 'idea' ? trpc.ideas : trpc.features);
