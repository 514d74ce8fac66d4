import type { Star } from '$lib/ideas';
import { LIMITS } from '$lib/limits';
import { pageMessage } from '$lib/page-messages';
import { count } from '$lib/time';
import { trpc } from '$lib/trpc';
import type { BoardList, Row } from './board-list.svelte';
import { STAR_AFTER } from './board-order';
import { reportFailure } from './report';
import { toasts } from './toasts.svelte';
import { undoStack } from './undo.svelte';

/** The stars of a board. */
export class BoardStars {
	readonly #list: BoardList;
	#running = new Map<string, { asked?: Star; lift: () => void }>();

	constructor(list: BoardList) {
		this.#list = list;
	}

	/** Gives the idea the next star. Of clicks that come quickly the last one is sent. @returns what it got */
	async star({ id, star }: Pick<Row, 'id' | 'star'>): Promise<Star | undefined> {
		let before = star;
		let given: Star | undefined;
		const wanted = STAR_AFTER[star];
		const isFull = this.#superStars >= LIMITS.superStars;
		const shown = wanted === 'super' && isFull ? 'none' : wanted;
		const lift = this.#list.lay(new Map([[id, { star: shown }]]));
		const running = this.#running.get(id);
		if (running) {
			running.lift();
			Object.assign(running, { asked: wanted, lift });
			return undefined;
		}
		const state: { asked?: Star; lift: () => void } = { asked: wanted, lift };
		this.#running.set(id, state);
		try {
			while (state.asked) {
				const asked = state.asked;
				state.asked = undefined;
				const back = before;
				const answering = trpc.ideas.star.mutate({ id, star: asked });
				undoStack.push({
					kind: 'idea.star',
					ids: [id],
					// Nothing has changed where there is nothing to undo.
					token: answering.then(({ undoToken }) => undoToken),
					undone: 'The star is as it was.',
					star: back,
					preview: () => this.#list.settle(new Map([[id, { star: back }]]))
				});
				const answer = await answering;
				this.#list.settle(new Map([[id, { star: answer.star }]]));
				given = answer.star;
				before = answer.star;
				if (answer.notice) toasts.show(pageMessage(answer.notice));
			}
		} catch (cause) {
			reportFailure(cause, 'Couldn’t change the star.');
		} finally {
			state.lift();
			this.#running.delete(id);
		}
		return given;
	}

	/** Gives several ideas a star, or takes it from all of them when each has one. */
	async starMany(rows: readonly Row[]): Promise<void> {
		const star = rows.every((row) => row.star !== 'none') ? 'none' : 'star';
		const changed = rows.filter((row) => (row.star === 'none') !== (star === 'none'));
		const ids = changed.map(({ id }) => id);
		const before = new Map(changed.map((row) => [row.id, { star: row.star }]));
		const lift = this.#list.lay(new Map(ids.map((id) => [id, { star }])));
		const answering = trpc.ideas.starMany.mutate({ ids, star });
		const ideas = count(ids.length, 'idea');
		const notice = undoStack.offer(star === 'star' ? `Starred ${ideas}.` : `Unstarred ${ideas}.`, {
			kind: 'idea.starMany',
			ids,
			token: answering.then(({ undoToken }) => undoToken),
			undone: 'The stars are as they were.',
			preview: () => this.#list.settle(before)
		});
		try {
			const { stars } = await answering;
			this.#list.settle(new Map(stars.map(({ id, star }) => [id, { star }])));
		} catch (cause) {
			toasts.dismiss(notice);
			const failure = reportFailure(cause, 'Couldn’t change the stars.');
			if (failure.code === 'NOT_FOUND') void this.#list.refresh({ force: true });
		} finally {
			lift();
		}
	}

	get #superStars(): number {
		const { filter } = this.#list.view;
		return filter === 'all' || filter === 'starred' ? this.#list.counts.super : 0;
	}
}
