import type { DeletedIdea } from '$lib/ideas';
import { messageFor } from '$lib/messages';
import { reportFailure } from '$lib/state/report';
import { toasts } from '$lib/state/toasts.svelte';
import { trpc } from '$lib/trpc';

interface TrashPage {
	ideas: DeletedIdea[];
	nextCursor?: string;
}

/** The Trash as it is shown: what leaves it is gone at once, and comes back when the server refuses. */
export class Trash {
	ideas = $state.raw<DeletedIdea[]>([]);
	nextCursor = $state.raw<string>();
	more = $state<'idle' | 'loading' | 'failed'>('idle');

	adopt({ ideas, nextCursor }: TrashPage): void {
		this.ideas = ideas;
		this.nextCursor = nextCursor;
		this.more = 'idle';
	}

	/** Asks the server again, when the page comes back into view. */
	async refresh(): Promise<void> {
		const before = this.ideas;
		const page = await trpc.ideas.listTrash.query({}).catch(() => undefined);
		if (page && before === this.ideas) this.adopt(page);
	}

	/** Brings an idea back. @returns whether it came */
	async restore(idea: DeletedIdea): Promise<boolean> {
		const putBack = this.#take(idea);
		try {
			await trpc.ideas.restore.mutate({ id: idea.id });
			toasts.show(`“${idea.title}” is back.`, {
				action: { label: 'Open', href: `/ideas/${idea.id}` }
			});
			return true;
		} catch (cause) {
			putBack();
			reportFailure(cause, `Couldn’t restore “${idea.title}”.`, () => void this.restore(idea));
			return false;
		}
	}

	/** Deletes an idea for good. @returns what is wrong with the typed title, if anything is */
	async purge(idea: DeletedIdea, typed: string): Promise<string | undefined> {
		if (idea.title !== typed.normalize('NFC').trim()) return messageFor('idea.titleMismatch');
		const putBack = this.#take(idea);
		try {
			await trpc.ideas.purge.mutate({ id: idea.id, title: typed });
			toasts.show(`Deleted “${idea.title}” for good.`);
			return undefined;
		} catch (cause) {
			putBack();
			reportFailure(cause, `Couldn’t delete “${idea.title}”.`);
			return undefined;
		}
	}

	/** Appends the next page. */
	async loadMore(): Promise<void> {
		if (!this.nextCursor || this.more === 'loading') return;
		this.more = 'loading';
		try {
			const page = await trpc.ideas.listTrash.query({ cursor: this.nextCursor });
			this.ideas = [...this.ideas, ...page.ideas];
			this.nextCursor = page.nextCursor;
			this.more = 'idle';
		} catch {
			this.more = 'failed';
		}
	}

	#take(idea: DeletedIdea): () => void {
		const before = this.ideas;
		this.ideas = before.filter(({ id }) => id !== idea.id);
		return () => {
			const place = before.indexOf(idea);
			this.ideas = this.ideas.toSpliced(Math.min(place, this.ideas.length), 0, idea);
		};
	}
}
