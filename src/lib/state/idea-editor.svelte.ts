import { callFailure, type CallFailure } from '$lib/errors';
import {
	colliding,
	differing,
	FIELD_NAMES,
	fieldsOf,
	IDEA_FIELDS,
	merged,
	picked,
	type IdeaFields
} from '$lib/idea-fields';
import type { Idea } from '$lib/ideas';
import { LIMITS } from '$lib/limits';
import { isMaintenance } from '$lib/messages';
import { isRecord, keep, readKept } from '$lib/storage';
import { trpc } from '$lib/trpc';
import { toasts } from './toasts.svelte';

/** Where the text stands between the fields and the server. */
export type SaveState =
	| 'saved'
	| 'unsaved'
	| 'saving'
	| 'offline'
	| 'paused'
	| 'failed'
	| 'refused'
	| 'conflict'
	| 'signedOut'
	| 'gone';

/** What a form without a script sent and got refused. */
export interface Submitted {
	fields: IdeaFields;
	message: string;
	problems: Record<string, string[]>;
	isConflict: boolean;
}

interface Draft {
	version: number;
	base: IdeaFields;
	mine: IdeaFields;
}

const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 16_000];
const STALE_MS = 4_000;

/**
 * One idea being edited. It saves by itself a moment after the last key, keeps what is not saved in
 * the browser, and never overwrites what someone else has saved in the meantime: where both changed
 * the same field, the person chooses.
 */
export class IdeaEditor {
	fields = $state<IdeaFields>() as IdeaFields;
	state = $state<SaveState>('saved');
	/** Why it is not saved. */
	message = $state('');
	/** Sentences by field. */
	problems = $state.raw<Record<string, string[]>>({});
	/** What someone else saved, while the person has to choose. */
	theirs = $state.raw<Idea>();
	/** The idea as the server has it. */
	idea = $state.raw() as Idea;
	/** Hears of every save. */
	onsaved?: (idea: Idea) => void;

	#who: string;
	#base: IdeaFields;
	#timer?: ReturnType<typeof setTimeout>;
	#saving?: Promise<void>;
	#attempts = 0;
	#closed = false;
	/** The text of this page that is kept in the browser. */
	#kept?: IdeaFields;
	#loadedAt = Date.now();

	constructor(idea: Idea, who: string, submitted?: Submitted) {
		this.#who = who;
		this.idea = idea;
		this.#base = fieldsOf(idea);
		this.fields = submitted?.fields ?? fieldsOf(idea);
		if (!submitted) return;
		this.state = submitted.isConflict ? 'conflict' : 'refused';
		this.message = submitted.message;
		this.problems = submitted.problems;
		if (submitted.isConflict) this.theirs = idea;
	}

	/** Whether there is text that the server does not have. */
	get isDirty(): boolean {
		return differing(this.#base, this.fields).length > 0;
	}

	/** The fields in which the two texts of a conflict differ. */
	get conflicts(): (keyof IdeaFields)[] {
		return this.theirs ? differing(this.fields, fieldsOf(this.theirs)) : [];
	}

	/** Takes up what an earlier page could not save. */
	open(): void {
		const draft = readKept(this.#draftEntry, isDraft);
		if (!draft || this.state === 'conflict') return;
		this.#kept = draft.mine;
		const present = fieldsOf(this.idea);
		if (differing(draft.mine, present).length === 0) return this.#forgetDraft();
		this.fields = { ...draft.mine };
		if (draft.version === this.idea.version) {
			this.typed(0);
		} else {
			this.#base = draft.base;
			this.#rebase(this.idea);
		}
	}

	/** Stops the clock; what is not saved stays kept. */
	close(): void {
		this.#closed = true;
		clearTimeout(this.#timer);
	}

	/** Goes on after all. */
	resume(): void {
		this.#closed = false;
		if (this.isDirty) this.typed();
	}

	/** The text has changed: it is kept at once, and saved when the keys rest. */
	typed(waitMs: number = LIMITS.autosaveMs): void {
		// Behind the page the draft may be another's by now; this page's text is kept already.
		if (this.#closed) return;
		this.#keepDraft();
		if (this.state === 'conflict' || this.state === 'gone') return;
		clearTimeout(this.#timer);
		if (!this.isDirty && !this.#saving) {
			this.#settled();
			return;
		}
		if (this.state !== 'saving') this.state = 'unsaved';
		this.#attempts = 0;
		this.#timer = setTimeout(() => void this.save(), waitMs);
	}

	/** Saves now what is not saved. */
	async save(): Promise<void> {
		clearTimeout(this.#timer);
		// Of several that wait only one saves: the others look again.
		while (this.#saving) await this.#saving;
		if (!this.isDirty || this.state === 'conflict' || this.state === 'gone') return;
		this.#saving = this.#saveOnce().finally(() => {
			this.#saving = undefined;
		});
		await this.#saving;
	}

	/** Settles a conflict with the person's own text, in the fields that they changed. */
	async keepMine(): Promise<void> {
		if (!this.theirs) return;
		this.fields = merged(this.#base, this.fields, fieldsOf(this.theirs));
		this.#take(this.theirs);
		await this.save();
	}

	/** Settles a conflict with the other text. */
	takeTheirs(): void {
		if (!this.theirs) return;
		this.fields = fieldsOf(this.theirs);
		this.#take(this.theirs);
		this.#settled();
	}

	/** Asks the server again when what is shown may be old and nothing is being written. */
	async refresh(): Promise<void> {
		const isIdle = () => this.state === 'saved' && !this.isDirty;
		if (!isIdle() || Date.now() - this.#loadedAt < STALE_MS) return;
		this.#loadedAt = Date.now();
		const idea = await trpc.ideas.get.query({ id: this.idea.id }).catch(() => undefined);
		if (!idea || !isIdle() || idea.version === this.idea.version) return;
		this.fields = fieldsOf(idea);
		this.#take(idea);
	}

	async #saveOnce() {
		const sent = { ...$state.snapshot(this.fields) };
		const names = differing(this.#base, sent);
		this.state = 'saving';
		try {
			const { id, version } = this.idea;
			const saved = await trpc.ideas.update.mutate({ id, version, ...picked(sent, names) });
			this.idea = saved;
			this.#base = sent;
			this.#loadedAt = Date.now();
			this.onsaved?.(saved);
			if (this.isDirty) this.typed();
			else this.#settled();
		} catch (cause) {
			await this.#failed(callFailure(cause));
		}
	}

	async #failed(failure: CallFailure) {
		this.message = failure.message;
		this.problems = failure.fields;
		if (failure.code === 'CONFLICT') return this.#meetTheirs();
		if (failure.code === 'UNAUTHORIZED') this.state = 'signedOut';
		else if (failure.code === 'NOT_FOUND') this.state = 'gone';
		else if (!failure.retryable) this.state = 'refused';
		else {
			if (!failure.code) this.state = 'offline';
			else this.state = isMaintenance(failure.reason) ? 'paused' : 'failed';
			if (this.#closed) return;
			const backOff = BACK_OFF_MS[Math.min(this.#attempts++, BACK_OFF_MS.length - 1)] ?? 0;
			const waitMs = Math.max(
				backOff * (0.75 + Math.random() / 2),
				1_000 * (failure.retryAfterSeconds ?? 0)
			);
			this.#timer = setTimeout(() => void this.save(), waitMs);
		}
	}

	async #meetTheirs() {
		try {
			this.#rebase(await trpc.ideas.get.query({ id: this.idea.id }));
		} catch (cause) {
			await this.#failed(callFailure(cause));
		}
	}

	/** Lays the person's changes over what someone else saved; where they collide, the person chooses. */
	#rebase(theirs: Idea) {
		const present = fieldsOf(theirs);
		if (colliding(this.#base, this.fields, present).length > 0) {
			this.theirs = theirs;
			this.state = 'conflict';
			return;
		}
		const changed = differing(this.#base, present).map((name) => FIELD_NAMES[name].toLowerCase());
		this.fields = merged(this.#base, this.fields, present);
		this.#take(theirs);
		if (changed.length > 0) toasts.show(`Changed elsewhere, too: ${changed.join(', ')}.`);
		this.typed(0);
	}

	#take(idea: Idea) {
		this.idea = idea;
		this.#base = fieldsOf(idea);
		this.theirs = undefined;
		this.#loadedAt = Date.now();
		this.state = 'unsaved';
		if (!this.isDirty) this.#settled();
	}

	#settled() {
		this.state = 'saved';
		this.message = '';
		this.problems = {};
		this.#attempts = 0;
		this.#forgetDraft();
	}

	get #draftEntry() {
		return { key: 'coda-idea', who: this.#who, id: this.idea.id };
	}

	#keepDraft() {
		if (!this.isDirty) return this.#forgetDraft();
		const mine = $state.snapshot(this.fields);
		this.#kept = mine;
		keep(this.#draftEntry, { version: this.idea.version, base: this.#base, mine } satisfies Draft);
	}

	/** A draft that another page has written since stays. */
	#forgetDraft() {
		const draft = readKept(this.#draftEntry, isDraft);
		const isOurs = draft && this.#kept && differing(draft.mine, this.#kept).length === 0;
		if (draft && !isOurs) return;
		this.#kept = undefined;
		keep(this.#draftEntry, undefined);
	}
}

function isDraft(value: unknown): value is Draft {
	const areFields = (fields: unknown) =>
		isRecord(fields) && IDEA_FIELDS.every((name) => typeof fields[name] === 'string');
	return (
		isRecord(value) &&
		typeof value.version === 'number' &&
		areFields(value.base) &&
		areFields(value.mine)
	);
}
