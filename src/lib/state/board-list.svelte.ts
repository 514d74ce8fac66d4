import { excerptOf } from '$lib/excerpt';
import type { BoardIdea, BoardPage, Star } from '$lib/ideas';
import { pageMessage } from '$lib/page-messages';
import type { Filter, Sort } from '$lib/schemas/ideas';
import { trpc } from '$lib/trpc';
import { behindPage, COMPARE, inSections, isIn } from './board-order';
import { toasts } from './toasts.svelte';
import { UnsentIdeas, type Unsent } from './unsent.svelte';

/** A line of the board. */
export interface Row extends BoardIdea {
	/** Stays when a new idea gets its id, so that the line stays the same element. */
	key: string;
	/** A new idea that the server does not have yet. */
	unsent?: Unsent;
}

/** A section with its lines, and how many ideas it holds in all. */
export interface Section {
	star: Star;
	rows: Row[];
	count: number;
}

/** Which ideas the board shows, and in which order. */
export interface View {
	sort: Sort;
	filter: Filter;
	/** Only ideas with this tag. */
	tag?: string;
	/** Only ideas that this search fits. */
	q?: string;
}

/** What an act changes of an idea. */
export interface Change {
	star?: Star;
	position?: string;
	/** It is on its way to the Trash, or to the archive and back. */
	gone?: true;
}

/** Changes by idea. */
export type Changes = ReadonlyMap<string, Change>;

/** What was asked for so long ago may be old. */
export const STALE_MS = 4_000;

/**
 * The ideas of a board as they are shown. It holds what the server said, and in layers over it what the person
 * has done since: each act lays one, and takes it away when the server has answered.
 */
export class BoardList {
	view = $state.raw<View>({ sort: 'manual', filter: 'all' });
	/** Where the next page begins. */
	nextCursor = $state.raw<string>();
	/** How loading the next page stands. */
	more = $state<'idle' | 'loading' | 'failed'>('idle');
	readonly unsent: UnsentIdeas;

	#ideas = $state.raw<BoardIdea[]>([]);
	#counts = $state.raw<BoardPage['counts']>({ super: 0, star: 0, none: 0 });
	#layers = $state.raw<Changes[]>([]);
	#rowsByIdea = new WeakMap<BoardIdea, Row>();
	#keys = new Map<string, string>();
	#removed = new Map<string, BoardIdea>();
	#changes = 0;
	#loads = 0;
	#loadedAt = Date.now();

	/** The layers as one: the latest wins. */
	#laid = $derived.by((): Changes => {
		const [only = new Map(), ...others] = this.#layers;
		if (others.length === 0) return only;
		const merged = new Map<string, Change>(only);
		for (const layer of others) {
			for (const [id, change] of layer) merged.set(id, { ...merged.get(id), ...change });
		}
		return merged;
	});

	rows = $derived.by(() => {
		const isShown = isIn(this.view);
		const kept = this.#ideas
			.filter(({ id }) => !this.#laid.get(id)?.gone)
			.map((idea) => this.#rowOf(idea, this.#laid.get(idea.id)));
		return [...this.unsent.items.map(asRow), ...kept].filter(isShown);
	});

	counts = $derived.by(() => {
		const counts = { ...this.#counts };
		if (this.#laid.size > 0) {
			for (const { id, star } of this.#ideas) {
				const change = this.#laid.get(id);
				if (change?.gone) counts[star]--;
				else if (change?.star && change.star !== star) {
					counts[star]--;
					counts[change.star]++;
				}
			}
		}
		// Only the server knows what a search fits.
		if (!this.view.q) for (const { star } of this.unsent.items) counts[star]++;
		return counts;
	});

	sections = $derived(
		inSections(this.rows, COMPARE[this.view.sort])
			.map((section): Section => ({ ...section, count: this.counts[section.star] }))
			.filter(({ rows, count }) => rows.length > 0 || count > 0)
	);

	constructor() {
		this.unsent = new UnsentIdeas((clientKey, { notes, notice, ...idea }) => {
			this.#changes++;
			if (notice) toasts.show(pageMessage(notice));
			this.#keys.set(idea.id, clientKey);
			if (this.view.q) return void this.refresh({ force: true });
			if (this.has(idea.id)) return;
			this.#ideas = [{ ...idea, excerpt: excerptOf(notes) }, ...this.#ideas];
			this.#count(idea.star, 1);
		});
	}

	/** Takes the page that `load` brought: the first of another view, or a newer state of this one. */
	adopt({ ideas, counts, nextCursor }: BoardPage, view: View): void {
		const { sort, filter, tag, q } = this.view;
		const isSame = view.sort === sort && view.filter === filter && view.tag === tag && view.q === q;
		const behind = isSame && nextCursor ? behindPage(this.#ideas, ideas, view.sort) : [];
		this.view = view;
		this.#ideas = [...ideas, ...behind];
		this.#counts = counts;
		if (behind.length === 0) {
			this.nextCursor = nextCursor;
			// A page that is still on its way continues a list that is no more.
			this.#loads++;
			this.more = 'idle';
		}
		this.#loadedAt = Date.now();
	}

	/** Asks the server again, when what is shown may be old. */
	async refresh({ force = false } = {}): Promise<void> {
		if (!force && Date.now() - this.#loadedAt < STALE_MS) return;
		const [changes, view] = [this.#changes, this.view];
		this.#loadedAt = Date.now();
		// Nobody asked for it: without an answer the board stays, and is asked for again when one comes back.
		const page = await trpc.ideas.list.query({ ...view }).catch(() => undefined);
		if (page && changes === this.#changes && view === this.view) this.adopt(page, view);
	}

	/** Appends the next page. */
	async loadMore(): Promise<void> {
		if (!this.nextCursor || this.more === 'loading') return;
		const { view, nextCursor: cursor } = this;
		const load = ++this.#loads;
		this.more = 'loading';
		try {
			const page = await trpc.ideas.list.query({ ...view, cursor });
			if (load !== this.#loads) return;
			const known = new Set(this.#ideas.map(({ id }) => id));
			this.#ideas = [...this.#ideas, ...page.ideas.filter(({ id }) => !known.has(id))];
			this.#counts = page.counts;
			this.nextCursor = page.nextCursor;
			this.more = 'idle';
		} catch {
			if (load === this.#loads) this.more = 'failed';
		}
	}

	/** Shows changes before the server has made them. @returns takes them away */
	lay(changes: Changes): () => void {
		this.#changes++;
		this.#layers = [...this.#layers, changes];
		return () => {
			this.#layers = this.#layers.filter((layer) => layer !== changes);
		};
	}

	/** Takes up what is so now. @returns the way back */
	settle(changes: ReadonlyMap<string, Pick<Change, 'star' | 'position'>>): () => void {
		this.#changes++;
		const before = new Map<string, Pick<Change, 'star' | 'position'>>();
		this.#ideas = this.#ideas.map((idea) => {
			const { star = idea.star, position = idea.position } = changes.get(idea.id) ?? idea;
			if (star === idea.star && position === idea.position) return idea;
			before.set(idea.id, { star: idea.star, position: idea.position });
			this.#count(idea.star, -1);
			this.#count(star, 1);
			return { ...idea, star, position };
		});
		return () => void this.settle(before);
	}

	/** Takes ideas that are deleted out of the list. */
	take(ids: readonly string[]): void {
		this.#changes++;
		const taken = this.#ideas.filter(({ id }) => ids.includes(id));
		for (const idea of taken) {
			this.#removed.set(idea.id, idea);
			this.#count(idea.star, -1);
		}
		this.#ideas = this.#ideas.filter((idea) => !taken.includes(idea));
	}

	/** Puts ideas that were taken out back where they were. */
	putBack(ids: readonly string[]): void {
		this.#changes++;
		const back = ids
			.map((id) => (this.has(id) ? undefined : this.#removed.get(id)))
			.filter((idea) => idea !== undefined);
		for (const idea of back) this.#count(idea.star, 1);
		this.#ideas = [...this.#ideas, ...back];
	}

	/** Puts another state of an idea in the place of the one that is known. */
	replace(idea: BoardIdea): void {
		this.#changes++;
		this.#ideas = this.#ideas.map((one) => (one.id === idea.id ? idea : one));
	}

	/** Takes up other tags of ideas. */
	retag(tags: ReadonlyMap<string, string[]>): void {
		this.#changes++;
		this.#ideas = this.#ideas.map((idea) => {
			const now = tags.get(idea.id);
			return now ? { ...idea, tags: now } : idea;
		});
	}

	has(id: string): boolean {
		return this.#ideas.some((idea) => idea.id === id);
	}

	/** The star that an idea is getting, while it is. */
	starOf(id: string): Star | undefined {
		return this.#laid.get(id)?.star;
	}

	/** The same line as before while nothing in it changed: a long list then redraws only what did. */
	#rowOf(idea: BoardIdea, { star = idea.star, position = idea.position }: Change = {}): Row {
		const known = this.#rowsByIdea.get(idea);
		if (known?.star === star && known.position === position) return known;
		const row = { ...idea, star, position, key: this.#keys.get(idea.id) ?? idea.id };
		this.#rowsByIdea.set(idea, row);
		return row;
	}

	#count(star: Star, by: number) {
		this.#counts = { ...this.#counts, [star]: this.#counts[star] + by };
	}
}

/** A new idea as a line, before it has an id: on top of everything that has a place. */
export function asRow(unsent: Unsent): Row {
	const at = new Date(unsent.typedAt);
	return {
		id: unsent.clientKey,
		key: unsent.clientKey,
		title: unsent.title,
		excerpt: excerptOf(unsent.notes),
		linkUrl: unsent.linkUrl,
		linkLabel: null,
		visibility: 'private',
		star: unsent.star,
		role: 'owner',
		position: '',
		tags: [],
		archivedAt: null,
		version: 0,
		done: 0,
		total: 0,
		createdAt: at,
		updatedAt: at,
		unsent
	};
}
