import { callFailure } from '$lib/errors';
import { count } from '$lib/time';
import { trpc } from '$lib/trpc';
import { STALE_MS, type BoardList, type Row } from './board-list.svelte';
import { reportFailure } from './report';
import { toasts } from './toasts.svelte';
import { undoStack } from './undo.svelte';

type Removable = Pick<Row, 'id' | 'title'>;

/** The way from a board to the Trash. */
export class BoardTrash {
	readonly #list: BoardList;

	constructor(list: BoardList) {
		this.#list = list;
	}

	/** Moves ideas to the Trash, and offers to undo it. */
	async remove(rows: Removable[]): Promise<void> {
		const ids = rows.map(({ id }) => id);
		const [only, ...others] = rows;
		if (!only) return;
		const isOne = others.length === 0;
		const what = isOne ? `“${only.title}”` : count(ids.length, 'idea');
		const star = isOne ? this.#list.rows.find(({ id }) => id === only.id)?.star : undefined;
		const show = this.#list.lay(new Map(ids.map((id) => [id, { gone: true }])));
		let isBack = false;
		const deleting = isOne
			? trpc.ideas.delete.mutate({ id: only.id })
			: trpc.ideas.deleteMany.mutate({ ids });
		const notice = undoStack.offer(`Moved ${what} to the Trash.`, {
			kind: isOne ? 'idea.delete' : 'idea.deleteMany',
			ids,
			token: deleting.then(({ undoToken }) => undoToken),
			undone: isOne ? `${what} is back.` : `${what} are back.`,
			star,
			preview: () => {
				isBack = true;
				show();
				this.#list.putBack(ids);
				return () => {
					isBack = false;
					this.#list.take(ids);
				};
			}
		});
		try {
			await deleting;
			if (!isBack) this.#list.take(ids);
			// A page that was loaded meanwhile may still have them.
			setTimeout(show, STALE_MS);
		} catch (cause) {
			toasts.dismiss(notice);
			const isGone = callFailure(cause).code === 'NOT_FOUND';
			if (isGone && isOne) {
				// It is gone already, which is what was asked for.
				this.#list.take(ids);
				show();
				return this.#list.refresh({ force: true });
			}
			show();
			reportFailure(cause, `Couldn’t move ${what} to the Trash.`, () => void this.remove(rows));
			if (isGone) void this.#list.refresh({ force: true });
		}
	}
}
