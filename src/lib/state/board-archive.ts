import { pageMessage } from '$lib/page-messages';
import { count } from '$lib/time';
import { trpc } from '$lib/trpc';
import { STALE_MS, type BoardList, type Row } from './board-list.svelte';
import { reportFailure } from './report';
import { toasts } from './toasts.svelte';
import { undoStack } from './undo.svelte';

type Archivable = Pick<Row, 'id' | 'title' | 'archivedAt'>;

/** The way from a board to the archive, and back. */
export class BoardArchive {
	readonly #list: BoardList;

	constructor(list: BoardList) {
		this.#list = list;
	}

	/** Puts ideas aside, or takes them back when the first of them is aside. Either way they leave the view. */
	async move(rows: Archivable[]): Promise<void> {
		const ids = rows.map(({ id }) => id);
		const [only, ...others] = rows;
		if (!only) return;
		const isBack = only.archivedAt !== null;
		const what = others.length === 0 ? `“${only.title}”` : count(ids.length, 'idea');
		const are = others.length === 0 ? 'is' : 'are';
		const show = this.#list.lay(new Map(ids.map((id) => [id, { gone: true }])));
		const moving = isBack
			? trpc.ideas.unarchiveMany.mutate({ ids })
			: trpc.ideas.archiveMany.mutate({ ids });
		let isUndone = false;
		const said = isBack ? `${what} ${are} back on the board.` : `Archived ${what}.`;
		const notice = undoStack.offer(said, {
			kind: isBack ? 'idea.unarchive' : 'idea.archive',
			ids,
			token: moving.then(({ undoToken }) => undoToken),
			undone: isBack ? `${what} ${are} in the archive again.` : `${what} ${are} back on the board.`,
			preview: () => {
				isUndone = true;
				show();
				this.#list.putBack(ids);
				return () => {
					isUndone = false;
					this.#list.take(ids);
				};
			}
		});
		try {
			const { notice: reason } = await moving;
			if (reason) toasts.show(pageMessage(reason));
			if (!isUndone) this.#list.take(ids);
			// A page that was loaded meanwhile may still have them.
			setTimeout(show, STALE_MS);
		} catch (cause) {
			toasts.dismiss(notice);
			show();
			const failed = isBack ? 'take back' : 'archive';
			reportFailure(cause, `Couldn’t ${failed} ${what}.`, () => void this.move(rows));
			void this.#list.refresh({ force: true });
		}
	}
}
