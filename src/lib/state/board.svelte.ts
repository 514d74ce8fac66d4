import { createContext } from 'svelte';
import type { Captured } from '$lib/capture';
import { callFailure } from '$lib/errors';
import type { BoardIdea, BoardPage, Idea, Star } from '$lib/ideas';
import { LIMITS } from '$lib/limits';
import { messageFor } from '$lib/messages';
import type { Filter, Sort } from '$lib/schemas/ideas';
import { trpc } from '$lib/trpc';
import { behindPage, COMPARE, MATCHES, SECTIONS, STAR_AFTER } from './board-order';
import { reportFailure } from './report';
import { toasts } from './toasts.svelte';
import { undoStack } from './undo.svelte';
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
}

const STALE_MS = 4_000;

/**
 * The board of one person. It holds what the server said, and lays over it what the person has done
 * since: each act shows at once, and when the server refuses it, its layer is taken away and a
 * sentence says why.
 */
export class Board {
	view = $state.raw<View>({ sort: 'manual', filter: 'all' });
	/** Where the next page begins. */
	nextCursor = $state.raw<string>();
	/** How loading the next page stands. */
	more = $state<'idle' | 'loading' | 'failed'>('idle');
	readonly unsent: UnsentIdeas;

	#ideas = $state.raw<BoardIdea[]>([]);
	#counts = $state.raw<BoardPage['counts']>({ super: 0, star: 0, none: 0 });
	#stars = $state.raw<Record<string, Star>>({});
	#gone = $state.raw<ReadonlySet<string>>(new Set());
	#rowsByIdea = new WeakMap<BoardIdea, Row>();
	#keys = new Map<string, string>();
	#removed = new Map<string, BoardIdea>();
	#starring = new Map<string, { asked?: Star }>();
	#changes = 0;
	#loads = 0;
	#loadedAt = Date.now();

	rows = $derived.by(() => {
		const isShown = MATCHES[this.view.filter];
		const kept = this.#ideas
			.filter(({ id }) => !this.#gone.has(id))
			.map((idea) => this.#rowOf(idea, this.#stars[idea.id] ?? idea.star));
		return [...this.unsent.items.map(asRow), ...kept].filter(isShown);
	});

	counts = $derived.by(() => {
		const counts = { ...this.#counts };
		for (const { id, star } of this.#ideas) {
			const now = this.#stars[id] ?? star;
			if (this.#gone.has(id)) counts[star]--;
			else if (now !== star) {
				counts[star]--;
				counts[now]++;
			}
		}
		for (const { star } of this.unsent.items) counts[star]++;
		return counts;
	});

	sections = $derived.by((): Section[] =>
		SECTIONS.map((star) => {
			const rows = this.rows.filter((row) => row.star === star);
			return { star, rows: rows.sort(COMPARE[this.view.sort]), count: this.counts[star] };
		}).filter(({ rows, count }) => rows.length > 0 || count > 0)
	);

	constructor(who: string) {
		this.unsent = new UnsentIdeas(who, ({ clientKey }, { notes, notice, ...idea }) => {
			this.#changes++;
			if (notice) toasts.show(messageFor(notice));
			this.#keys.set(idea.id, clientKey);
			if (this.#ideas.some(({ id }) => id === idea.id)) return;
			this.#ideas = [{ ...idea, excerpt: firstLine(notes) }, ...this.#ideas];
			this.#count(idea.star, 1);
		});
	}

	/** Takes the page that `load` brought: the first of another view, or a newer state of this one. */
	adopt({ ideas, counts, nextCursor }: BoardPage, view: View): void {
		const isSame = view.sort === this.view.sort && view.filter === this.view.filter;
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

	/** Adds ideas at the top. */
	create(captured: Captured[], moreNotes = ''): void {
		const isShown = MATCHES[this.view.filter];
		const added = this.unsent.add(captured, moreNotes);
		const hidden = added.filter((unsent) => !isShown(asRow(unsent))).length;
		if (hidden > 0) {
			toasts.show('Saved. This view does not show it.', {
				action: { label: 'Show all', href: '/ideas' }
			});
		}
	}

	/** Gives the idea the next star. Of clicks that come quickly the last one is sent. @returns what it got */
	async star({ id, star }: Pick<Row, 'id' | 'star'>): Promise<Star | undefined> {
		let before = star;
		let given: Star | undefined;
		const wanted = STAR_AFTER[star];
		const isFull = this.#superStars >= LIMITS.superStars;
		this.#changes++;
		this.#stars = { ...this.#stars, [id]: wanted === 'super' && isFull ? 'none' : wanted };
		const running = this.#starring.get(id);
		if (running) {
			running.asked = wanted;
			return undefined;
		}
		const state: { asked?: Star } = { asked: wanted };
		this.#starring.set(id, state);
		try {
			while (state.asked) {
				const asked = state.asked;
				state.asked = undefined;
				const answer = await trpc.ideas.star.mutate({ id, star: asked });
				this.#changes++;
				this.#settleStar(id, answer.star, Boolean(state.asked));
				given = answer.star;
				const undone = 'The star is as it was.';
				// Nothing has changed where there is nothing to undo.
				const token = answer.undoToken;
				if (token) undoStack.push({ kind: 'idea.star', ids: [id], token, undone, star: before });
				before = answer.star;
				if (answer.notice) toasts.show(messageFor(answer.notice));
			}
		} catch (cause) {
			this.#dropStar(id);
			reportFailure(cause, 'Couldn’t change the star.');
		} finally {
			this.#starring.delete(id);
		}
		return given;
	}

	/** The star that an idea is getting, while it is. */
	starOf(id: string): Star | undefined {
		return this.#stars[id];
	}

	/** Moves an idea to the Trash, and offers to undo it. */
	async remove(row: Pick<Row, 'id' | 'title'>): Promise<void> {
		const { id, title } = row;
		this.#changes++;
		this.#hide(id, true);
		const deleting = trpc.ideas.delete.mutate({ id });
		const toast = undoStack.offer(`Moved “${title}” to the Trash.`, {
			kind: 'idea.delete',
			ids: [id],
			token: deleting.then(({ undoToken }) => undoToken),
			undone: `“${title}” is back.`,
			star: this.#ideas.find((one) => one.id === id)?.star,
			preview: () => this.#bringBack(id)
		});
		try {
			await deleting;
			this.#changes++;
			this.#take(id);
		} catch (cause) {
			toasts.dismiss(toast);
			if (callFailure(cause).code === 'NOT_FOUND') {
				// It is gone already, which is what was asked for.
				this.#take(id);
				return this.refresh({ force: true });
			}
			this.#hide(id, false);
			reportFailure(cause, `Couldn’t move “${title}” to the Trash.`, () => void this.remove(row));
		}
	}

	/** Takes up what was changed on the idea's own page. */
	update({ notes, ...idea }: Idea): void {
		this.#changes++;
		this.#ideas = this.#ideas.map((one) =>
			one.id === idea.id ? { ...idea, excerpt: firstLine(notes) } : one
		);
	}

	/** Lets an idea show again that came out of the Trash. */
	restored(id: string): void {
		this.#hide(id, false);
		void this.refresh({ force: true });
	}

	/** Shows an idea again before the server has confirmed it. @returns the way back */
	#bringBack(ideaId: string): () => void {
		this.#hide(ideaId, false);
		const idea = this.#removed.get(ideaId);
		if (!idea || this.#ideas.some(({ id }) => id === ideaId)) return () => undefined;
		this.#changes++;
		this.#ideas = [...this.#ideas, idea];
		this.#count(idea.star, 1);
		return () => {
			this.#changes++;
			this.#ideas = this.#ideas.filter((one) => one !== idea);
			this.#count(idea.star, -1);
		};
	}

	/** The same line as before while nothing in it changed: a long list then redraws only what did. */
	#rowOf(idea: BoardIdea, star: Star): Row {
		const known = this.#rowsByIdea.get(idea);
		if (known?.star === star) return known;
		const row = { ...idea, star, key: this.#keys.get(idea.id) ?? idea.id };
		this.#rowsByIdea.set(idea, row);
		return row;
	}

	get #superStars(): number {
		const isKnown = this.view.filter === 'all' || this.view.filter === 'starred';
		return isKnown ? this.counts.super : 0;
	}

	#settleStar(id: string, star: Star, isMoving: boolean) {
		const before = this.#ideas.find((idea) => idea.id === id);
		if (before && before.star !== star) {
			this.#ideas = this.#ideas.map((idea) => (idea === before ? { ...idea, star } : idea));
			this.#count(before.star, -1);
			this.#count(star, 1);
		}
		if (!isMoving) this.#dropStar(id);
	}

	#dropStar(id: string) {
		const { [id]: _dropped, ...others } = this.#stars;
		this.#stars = others;
	}

	/** Takes an idea that is deleted out of the list. */
	#take(id: string): void {
		const idea = this.#ideas.find((one) => one.id === id);
		if (idea) {
			this.#removed.set(id, idea);
			this.#ideas = this.#ideas.filter((one) => one !== idea);
			this.#count(idea.star, -1);
		}
		// A page that was loaded meanwhile may still have it.
		setTimeout(() => this.#hide(id, false), STALE_MS);
	}

	#hide(id: string, hidden: boolean) {
		const gone = new Set(this.#gone);
		if (hidden) gone.add(id);
		else gone.delete(id);
		this.#gone = gone;
	}

	#count(star: Star, by: number) {
		this.#counts = { ...this.#counts, [star]: this.#counts[star] + by };
	}
}

/** The board of whoever is signed in: it outlives its page, so that coming back finds it as it was left. */
export const [getBoard, setBoard] = createContext<Board>();

const firstLine = (notes: string): string => notes.split('\n').find((line) => line.trim()) ?? '';

/** A new idea as a line, before it has an id: on top of everything that has a place. */
function asRow(unsent: Unsent): Row {
	const at = new Date(unsent.typedAt);
	return {
		id: unsent.clientKey,
		key: unsent.clientKey,
		title: unsent.title,
		excerpt: firstLine(unsent.notes),
		linkUrl: unsent.linkUrl,
		linkLabel: null,
		visibility: 'private',
		star: unsent.star,
		role: 'owner',
		position: '',
		version: 0,
		done: 0,
		total: 0,
		createdAt: at,
		updatedAt: at,
		unsent
	};
}
