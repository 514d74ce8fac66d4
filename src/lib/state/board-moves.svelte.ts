import type { generateNKeysBetween } from 'fractional-indexing';
import type { Spot } from '$lib/schemas/moves';
import { count } from '$lib/time';
import { trpc } from '$lib/trpc';
import type { BoardList, Row } from './board-list.svelte';
import { reportFailure } from './report';
import { toasts } from './toasts.svelte';
import { undoStack } from './undo.svelte';

/** A move that is not sent yet. */
interface Waiting {
	ids: string[];
	spot: Spot;
	/** Takes away how it is shown. */
	lift: () => void;
	send: () => void;
}

/** Makes keys of order. It comes when the first move is near. */
let keysBetween: typeof generateNKeysBetween | undefined;

/**
 * The order of a board. Moves go to the server one after the other, because each is told by a neighbour that
 * an earlier one may have moved; those of the same idea that wait become one.
 */
export class BoardMoves {
	/** What a screen reader hears: `Kite, 3 of 12`. */
	said = $state('');
	readonly #list: BoardList;
	#waiting: Waiting[] = [];
	#last: Promise<unknown> = Promise.resolve();

	constructor(list: BoardList) {
		this.#list = list;
	}

	/** Whether the board is in the order that can be changed. */
	get isPossible(): boolean {
		return this.#list.view.sort === 'manual';
	}

	/** Loads what moves need. Without it they are made all the same, and show when the server has answered. */
	async prepare(): Promise<void> {
		keysBetween ??= await import('fractional-indexing').then(
			(module) => module.generateNKeysBetween,
			() => undefined
		);
	}

	/** One line up or down within its section. @returns whether there is one */
	step(id: string, by: 1 | -1): boolean {
		const rows = this.#neighboursOf(id);
		const place = rows.findIndex((row) => row.id === id);
		const beside = rows[place + by];
		if (!this.isPossible || place === -1 || !beside) return false;
		void this.move([id], by === 1 ? { after: beside.id } : { before: beside.id });
		return true;
	}

	/** Shows a line at another place while it is held. @returns puts it back */
	hold(id: string, spot: Spot): () => void {
		const lift = this.#list.lay(this.#positionsFor([id], spot));
		this.#say([id]);
		return lift;
	}

	/** Moves ideas beside another one or to an end. They keep their order. */
	async move(ids: string[], spot: Spot): Promise<void> {
		if (!keysBetween) await this.prepare();
		const rows = this.#list.rows.filter((row) => ids.includes(row.id) && !row.unsent);
		const [first] = rows;
		if (!first || !this.isPossible) return;
		const lift = this.#list.lay(this.#positionsFor(ids, spot));
		this.#say(ids);
		const known = this.#waiting.find((one) => one.ids.join() === ids.join());
		if (known) {
			known.lift();
			Object.assign(known, { spot, lift });
			return;
		}
		const before = new Map(rows.map(({ id, position }) => [id, { position }]));
		const waiting: Waiting = { ids, spot, lift, send: () => undefined };
		const sent = new Promise<void>((resolve) => (waiting.send = resolve));
		this.#waiting.push(waiting);
		const answering = sent.then(() => this.#send(waiting));
		const entry = {
			kind: ids.length === 1 ? ('idea.move' as const) : ('idea.moveMany' as const),
			ids,
			token: answering.then(({ undoToken }) => undoToken),
			undone: ids.length === 1 ? `“${first.title}” is where it was.` : 'The order is as it was.',
			preview: () => this.#list.settle(before)
		};
		const notice =
			ids.length === 1
				? void undoStack.push(entry)
				: undoStack.offer(`Moved ${count(ids.length, 'idea')}.`, entry);
		const turn = this.#last;
		// The failure is told where it is awaited; the next move goes out all the same.
		this.#last = answering.catch(() => undefined);
		await turn;
		waiting.send();
		try {
			const { positions } = await answering;
			this.#list.settle(new Map(positions.map(({ id, position }) => [id, { position }])));
		} catch (cause) {
			if (notice) toasts.dismiss(notice);
			const what = ids.length === 1 ? `“${first.title}”` : count(ids.length, 'idea');
			const failure = reportFailure(cause, `Couldn’t move ${what}.`);
			if (failure.code === 'CONFLICT' || failure.code === 'NOT_FOUND')
				void this.#list.refresh({ force: true });
		} finally {
			waiting.lift();
		}
	}

	async #send(waiting: Waiting) {
		this.#waiting = this.#waiting.filter((one) => one !== waiting);
		const { ids, spot } = waiting;
		const [id = ''] = ids;
		if (ids.length > 1) {
			const { positions, respaced, undoToken } = await trpc.ideas.moveMany.mutate({ ids, ...spot });
			return { positions: [...positions, ...respaced], undoToken };
		}
		const { position, respaced, undoToken } = await trpc.ideas.move.mutate({ id, ...spot });
		return { positions: [{ id, position }, ...respaced], undoToken };
	}

	/** Keys that stand where the server's will: between the neighbours that are shown. */
	#positionsFor(ids: string[], spot: Spot): Map<string, { position: string }> {
		const [low, high] = this.#gapAt(new Set(ids), spot);
		const moved = this.#list.rows
			.filter((row) => ids.includes(row.id))
			.sort((a, b) => (a.position < b.position ? -1 : 1));
		const isFull = low !== null && high !== null && low >= high;
		const keys = isFull ? [] : keysBetween?.(low, high, moved.length);
		return new Map(
			moved.map(({ id, position }, one) => [
				id,
				{ position: keys ? (keys[one] ?? low ?? '') : position }
			])
		);
	}

	/** The lines of the section in which an idea stands, without those that have no place yet. */
	#neighboursOf(id: string): Row[] {
		const section = this.#list.sections.find(({ rows }) => rows.some((row) => row.id === id));
		return section?.rows.filter((row) => !row.unsent) ?? [];
	}

	/** The keys on both sides of a place, as far as they are loaded. An end is the end of all sections. */
	#gapAt(ids: ReadonlySet<string>, { after, before, to }: Spot): [string | null, string | null] {
		const neighbour = after ?? before;
		if (neighbour) {
			const others = this.#neighboursOf(neighbour).filter(({ id }) => !ids.has(id));
			const place = others.findIndex(({ id }) => id === neighbour) + (after ? 1 : 0);
			return [others[place - 1]?.position ?? null, others[place]?.position ?? null];
		}
		let first: string | null = null;
		let last: string | null = null;
		for (const { id, position, unsent } of this.#list.rows) {
			if (unsent || ids.has(id)) continue;
			if (first === null || position < first) first = position;
			if (last === null || position > last) last = position;
		}
		return to === 'bottom' ? [last, null] : [null, first];
	}

	#say(ids: string[]) {
		const [id = '', ...others] = ids;
		if (others.length > 0) this.said = `Moved ${count(ids.length, 'idea')}.`;
		else {
			const section = this.#list.sections.find(({ rows }) => rows.some((row) => row.id === id));
			const place = section?.rows.findIndex((row) => row.id === id) ?? -1;
			const row = section?.rows[place];
			this.said = row && section ? `${row.title}, ${place + 1} of ${section.count}` : '';
		}
	}
}
