import { excerptOf } from '$lib/excerpt';
import { createContext } from 'svelte';
import type { Captured } from '$lib/capture';
import type { Idea, Star } from '$lib/ideas';
import { asRow, BoardList, type Row } from './board-list.svelte';
import { BoardArchive } from './board-archive';
import { BoardMoves } from './board-moves.svelte';
import { isIn } from './board-order';
import { Selection } from './board-selection.svelte';
import { BoardStars } from './board-stars';
import { BoardTrash } from './board-trash';
import { toasts } from './toasts.svelte';
import type { Undoable, Undone } from './undo.svelte';

export type { Row, Section, View } from './board-list.svelte';

/**
 * The board of one person, and what they do on it: each act shows at once, and when the server refuses it, it
 * is taken back and a sentence says why.
 */
export class Board extends BoardList {
	readonly selection = new Selection();
	readonly moves = new BoardMoves(this);
	readonly #stars = new BoardStars(this);
	readonly #trash = new BoardTrash(this);
	readonly #archive = new BoardArchive(this);

	/** Adds ideas at the top. */
	create(captured: Captured[], moreNotes = ''): void {
		const isShown = isIn(this.view);
		const added = this.unsent.add(captured, moreNotes);
		const hidden = added.filter((unsent) => !isShown(asRow(unsent))).length;
		if (hidden > 0) {
			toasts.show('Saved. This view does not show it.', {
				action: { label: 'Show all', href: '/ideas' }
			});
		}
	}

	/** Gives the idea the next star. Of clicks that come quickly the last one is sent. @returns what it got */
	star(row: Pick<Row, 'id' | 'star'>): Promise<Star | undefined> {
		return this.#stars.star(row);
	}

	/** Gives several ideas a star, or takes it from all of them when each has one. */
	starMany(rows: readonly Row[]): Promise<void> {
		return this.#stars.starMany(rows);
	}

	/** Moves ideas to the Trash, and offers to undo it. */
	remove(...rows: Pick<Row, 'id' | 'title'>[]): Promise<void> {
		return this.#trash.remove(rows);
	}

	/** Puts ideas aside, or back on the board where they are aside already, and offers to undo it. */
	archive(...rows: Pick<Row, 'id' | 'title' | 'archivedAt'>[]): Promise<void> {
		return this.#archive.move(rows);
	}

	/** Takes up what was changed on the idea's own page. */
	update({ notes, ...idea }: Idea): void {
		this.replace({ ...idea, excerpt: excerptOf(notes) });
	}

	/** Lets an idea show again that came out of the Trash. */
	restored(id: string): void {
		this.putBack([id]);
		void this.refresh({ force: true });
	}

	/** Takes up what an undone action brought back. */
	undone({ ids }: Undoable, { star, positions = [] }: Undone): void {
		const [only, ...others] = ids;
		const changes = new Map(positions.map(({ id, position }) => [id, { position }]));
		this.settle(only && star && others.length === 0 ? new Map([[only, { star }]]) : changes);
		void this.refresh({ force: true });
	}
}

/** The board of whoever is signed in: it outlives its page, so that coming back finds it as it was left. */
export const [getBoard, setBoard] = createContext<Board>();
