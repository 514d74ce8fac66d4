import { excerptOf } from '$lib/excerpt';
import { untrack } from 'svelte';
import type { Feature, OutlineFeature } from '$lib/features';
import type { Star } from '$lib/ideas';
import { LIMITS } from '$lib/limits';
import { pageMessage, type PageReason } from '$lib/page-messages';
import { trpc } from '$lib/trpc';
import { STAR_AFTER } from './board-order';
import { NewFeatures, type NewFeature } from './new-features.svelte';
import { asTheyWere, changing, lineOf, named, putBack } from './outline-lines';
import { moved, placeIn, type Place } from './places';
import { reportFailure } from './report';
import { toasts } from './toasts.svelte';
import { undoStack, type Undoable, type UndoableKind } from './undo.svelte';

/** A line of the outline. */
export interface OutlineRow extends OutlineFeature {
	/** Stays when a new feature gets its id, so that the line stays the same element. */
	key: string;
	/** A new feature that the server does not have yet. */
	unsent?: NewFeature;
}

/** What an act makes of the list. */
type Patch = (features: OutlineFeature[]) => OutlineFeature[];

/** What the server says of an act. */
interface Answer {
	undoToken?: string;
	notice?: PageReason;
	/** The features as they are now, where the act was about their state. */
	features?: { id: string; star: Star; completedAt: Date | null }[];
}

interface Act {
	kind: UndoableKind;
	rows: readonly OutlineRow[];
	patch: Patch;
	/** What it looks like when it is taken back. */
	unpatch: Patch;
	call: () => Promise<Answer>;
	/** Begins the sentence of a failure: `Couldn’t complete “Wheel”.` */
	failed: string;
	/** What is said once it is undone. */
	undone: string;
	/** What is said at once, with a way back. */
	says?: string;
}

const STALE_MS = 4_000;

/**
 * The features of one idea. It holds what the server said, and lays over it what the person has done
 * since: each act shows at once, is sent after the one before it, and when the server refuses it, its
 * layer is taken away and a sentence says why.
 */
export class Outline {
	readonly ideaId: string;
	readonly adding: NewFeatures;
	/** What was last done to the order, for those who cannot see it. */
	said = $state('');
	/** What is selected, to be done with together. */
	selected = $state.raw<ReadonlySet<string>>(new Set());

	#features = $state.raw<OutlineFeature[]>([]);
	#pending = $state.raw<readonly Patch[]>([]);
	#keys = new Map<string, string>();
	#rows = new WeakMap<OutlineFeature, OutlineRow>();
	/** What undoing shows until the server has said so, in the order in which it was asked for. */
	#undoing: Patch[] = [];
	#tail: Promise<unknown> = Promise.resolve();
	#changes = 0;
	#loadedAt = Date.now();

	#shown = $derived(this.#pending.reduce((list, patch) => patch(list), this.#features));
	/** What is to be done, in its order; new ones come last. */
	open = $derived.by((): OutlineRow[] => [
		...this.#shown.filter(({ completedAt }) => !completedAt).map((one) => this.#rowOf(one)),
		...this.adding.items.map(asRow)
	]);
	/** What is done, the latest first. */
	done = $derived(
		this.#shown
			.filter(({ completedAt }) => completedAt)
			.map((one) => this.#rowOf(one))
			.sort((a, b) => (b.completedAt?.valueOf() ?? 0) - (a.completedAt?.valueOf() ?? 0))
	);
	total = $derived(this.open.length + this.done.length);

	constructor(ideaId: string, features: OutlineFeature[]) {
		this.ideaId = ideaId;
		this.#features = features;
		this.adding = new NewFeatures(ideaId, (unsent, feature) => {
			this.#changes++;
			this.#keys.set(feature.id, unsent.clientKey);
			if (this.#features.some(({ id }) => id === feature.id)) return;
			this.#features = [...this.#features, lineOf(feature)];
		});
	}

	/** Takes up what `load` or another question brought. */
	adopt(features: OutlineFeature[]): void {
		this.#features = features;
		this.#loadedAt = Date.now();
		const known = new Set(features.map(({ id }) => id));
		const left = [...untrack(() => this.selected)].filter((id) => known.has(id));
		this.selected = new Set(left);
	}

	/** Asks the server again, when what is shown may be old. */
	async refresh({ force = false } = {}): Promise<void> {
		if (!force && Date.now() - this.#loadedAt < STALE_MS) return;
		this.#loadedAt = Date.now();
		await this.#tail;
		const changes = this.#changes;
		// Nobody asked for it: without an answer the outline stays as it is.
		const features = await trpc.features.list.query({ ideaId: this.ideaId }).catch(() => undefined);
		if (features && changes === this.#changes) this.adopt(features);
	}

	/** Takes up what the editor of a feature has saved. */
	update(feature: Feature): void {
		this.#changes++;
		this.#features = this.#features.map((one) =>
			// What arrives late is not shown over what is newer.
			one.id === feature.id && one.version <= feature.version ? lineOf(feature) : one
		);
	}

	/** A feature as its line shows it. */
	find(id: string): OutlineRow | undefined {
		return [...this.open, ...this.done].find((row) => row.id === id);
	}

	/** Says that features are done. */
	complete(rows: OutlineRow[]): Promise<void> {
		const completedAt = new Date();
		const what = named(rows);
		return this.#act({
			kind: 'feature.complete',
			rows,
			patch: changing(rows, () => ({ completedAt, star: 'none' })),
			unpatch: asTheyWere(rows),
			call: () => trpc.features.completeMany.mutate({ ideaId: this.ideaId, ids: idsOf(rows) }),
			failed: `Couldn’t complete ${what}.`,
			undone: `${what} ${rows.length > 1 ? 'are' : 'is'} open again.`,
			says: `${what} ${rows.length > 1 ? 'are' : 'is'} done.`
		});
	}

	/** Says that a feature is not done after all. */
	reopen(row: OutlineRow): Promise<void> {
		return this.#act({
			kind: 'feature.reopen',
			rows: [row],
			patch: changing([row], () => ({ completedAt: null })),
			unpatch: asTheyWere([row]),
			call: async () => {
				const { id, star, completedAt, ...answer } = await trpc.features.reopen.mutate({
					id: row.id
				});
				return { ...answer, features: [{ id, star, completedAt }] };
			},
			failed: `Couldn’t reopen ${named([row])}.`,
			undone: `${named([row])} is done.`
		});
	}

	/** Gives a feature its next star. */
	star(row: OutlineRow): Promise<void> {
		if (row.completedAt) {
			toasts.show(pageMessage('feature.done'));
			return Promise.resolve();
		}
		const wanted = STAR_AFTER[row.star];
		const given = this.open.filter(({ star }) => star === 'super').length;
		const shown = wanted === 'super' && given >= LIMITS.superStars ? 'none' : wanted;
		return this.#act({
			kind: 'feature.star',
			rows: [row],
			patch: changing([row], () => ({ star: shown })),
			unpatch: asTheyWere([row]),
			call: async () => {
				const { id, star, completedAt, ...answer } = await trpc.features.star.mutate({
					id: row.id,
					star: wanted
				});
				return { ...answer, features: [{ id, star, completedAt }] };
			},
			failed: 'Couldn’t change the star.',
			undone: 'The star is as it was.'
		});
	}

	/** Gives several features a star, or takes it from all of them when each has one. What is done has none. */
	starMany(rows: readonly OutlineRow[]): Promise<void> {
		const open = rows.filter(({ completedAt }) => !completedAt);
		const star = open.every((row) => row.star !== 'none') ? 'none' : 'star';
		const changed = open.filter((row) => (row.star === 'none') !== (star === 'none'));
		if (changed.length === 0) {
			toasts.show(pageMessage(rows.length === 1 ? 'feature.done' : 'feature.doneMany'));
			return Promise.resolve();
		}
		const ids = idsOf(changed);
		return this.#act({
			kind: 'feature.star',
			rows: changed,
			patch: changing(changed, () => ({ star })),
			unpatch: asTheyWere(changed),
			call: () => trpc.features.starMany.mutate({ ideaId: this.ideaId, ids, star }),
			failed: 'Couldn’t change the stars.',
			undone: 'The stars are as they were.',
			says: `${star === 'star' ? 'Starred' : 'Unstarred'} ${named(changed)}.`
		});
	}

	/** Moves features to the Trash, and offers to undo it. */
	remove(rows: OutlineRow[]): Promise<void> {
		const gone = new Set(idsOf(rows));
		const before = this.#shown;
		const what = named(rows);
		this.selected = new Set([...this.selected].filter((id) => !gone.has(id)));
		return this.#act({
			kind: 'feature.delete',
			rows,
			patch: (features) => features.filter(({ id }) => !gone.has(id)),
			unpatch: (features) => putBack(features, before, gone),
			call: async () => {
				const { undoToken } = await trpc.features.deleteMany.mutate({
					ideaId: this.ideaId,
					ids: [...gone]
				});
				return { undoToken };
			},
			failed: `Couldn’t move ${what} to the Trash.`,
			undone: `${what} ${rows.length > 1 ? 'are' : 'is'} back.`,
			says: `Moved ${what} to the Trash.`
		});
	}

	/** Gives an open feature another place. @returns whether there is such a place */
	move(row: OutlineRow, place: Place): boolean {
		const open = this.open.filter(({ unsent }) => !unsent);
		const target = placeIn(open, row.id, place);
		if (!target) return false;
		const { id } = row;
		const { neighbours, position } = target;
		const before = this.#shown.findIndex((one) => one.id === id);
		this.said = `${row.title}: ${position} of ${open.length}.`;
		void this.#act({
			kind: 'feature.move',
			rows: [row],
			patch: (features) => moved(features, id, neighbours),
			unpatch: (features) => {
				const others = features.filter((one) => one.id !== id);
				const own = features.filter((one) => one.id === id);
				return others.toSpliced(before, 0, ...own);
			},
			call: async () => {
				const { undoToken } = await trpc.features.move.mutate({ id, ...neighbours });
				return { undoToken };
			},
			failed: `Couldn’t move ${named([row])}.`,
			undone: `${named([row])} is back in its place.`
		});
		return true;
	}

	/** Shows an open feature at another place while it is in hand. @returns puts it back */
	hold(id: string, place: Place): () => void {
		const open = this.open.filter(({ unsent }) => !unsent);
		const target = placeIn(open, id, place);
		if (!target) return () => undefined;
		const patch: Patch = (features) => moved(features, id, target.neighbours);
		this.said = `${target.position} of ${open.length}.`;
		this.#lay(patch);
		return () => this.#drop(patch);
	}

	/** Selects a feature, or no longer. */
	toggleSelected(id: string): void {
		const selected = new Set(this.selected);
		if (!selected.delete(id)) selected.add(id);
		this.selected = selected;
	}

	/** Selects a feature as well. */
	select(id: string): void {
		this.selected = new Set([...this.selected, id]);
	}

	/** Selects nothing. @returns whether anything was selected */
	selectNone(): boolean {
		const had = this.selected.size > 0;
		this.selected = new Set();
		return had;
	}

	/** The features that are selected, as their lines show them. */
	get selection(): OutlineRow[] {
		return [...this.open, ...this.done].filter(({ id }) => this.selected.has(id));
	}

	/** An act of this idea has been undone: what is shown is confirmed by asking. */
	async undone({ preview }: Undoable): Promise<void> {
		const shown = preview && this.#undoing.shift();
		await this.refresh({ force: true });
		if (shown) this.#drop(shown);
	}

	/** Shows an act, sends it behind those before it, and settles what it has become. */
	async #act(act: Act): Promise<void> {
		const { kind, rows, patch, unpatch, call, failed, undone, says } = act;
		this.#lay(patch);
		const sent = this.#tail.then(call);
		// Whoever sent it hears of the failure; what comes after it goes out all the same.
		this.#tail = sent.catch(() => undefined);
		const entry: Undoable = {
			kind,
			ids: [this.ideaId, ...idsOf(rows)],
			token: sent.then(({ undoToken }) => undoToken),
			undone,
			preview: () => this.#preview(unpatch)
		};
		const toast = says ? undoStack.offer(says, entry) : void undoStack.push(entry);
		try {
			const { notice, features = [] } = await sent;
			const states = new Map(features.map((one) => [one.id, one]));
			this.#features = patch(this.#features).map((one) =>
				states.has(one.id) ? { ...one, ...states.get(one.id) } : one
			);
			if (notice) toasts.show(pageMessage(notice));
		} catch (cause) {
			if (toast !== undefined) toasts.dismiss(toast);
			const { retryable } = reportFailure(cause, failed, () => void this.#act(act));
			// What the server has is not what was shown: someone else was here.
			if (!retryable) void this.refresh({ force: true });
		} finally {
			this.#drop(patch);
		}
	}

	#preview(unpatch: Patch): () => void {
		// The same act may be undone, done and undone again: each time is a layer of its own.
		const layer: Patch = (features) => unpatch(features);
		this.#undoing.push(layer);
		this.#lay(layer);
		return () => {
			this.#undoing = this.#undoing.filter((one) => one !== layer);
			this.#drop(layer);
		};
	}

	#lay(patch: Patch) {
		this.#changes++;
		this.#pending = [...this.#pending, patch];
	}

	#drop(patch: Patch) {
		this.#changes++;
		this.#pending = this.#pending.filter((one) => one !== patch);
	}

	/** The same line as before while nothing in it changed: a long list then redraws only what did. */
	#rowOf(feature: OutlineFeature): OutlineRow {
		const known = this.#rows.get(feature);
		if (known) return known;
		const row = { ...feature, key: this.#keys.get(feature.id) ?? feature.id };
		this.#rows.set(feature, row);
		return row;
	}
}

const idsOf = (rows: readonly OutlineRow[]): string[] => rows.map(({ id }) => id);

/** A new feature as a line, before it has an id. */
function asRow(unsent: NewFeature): OutlineRow {
	const at = new Date(unsent.typedAt);
	return {
		id: unsent.clientKey,
		key: unsent.clientKey,
		ideaId: unsent.ideaId,
		title: unsent.title,
		excerpt: excerptOf(unsent.notes),
		details: unsent.sections.length,
		visibility: 'inherit',
		star: unsent.star,
		position: '',
		completedAt: null,
		version: 0,
		createdAt: at,
		updatedAt: at,
		unsent
	};
}
