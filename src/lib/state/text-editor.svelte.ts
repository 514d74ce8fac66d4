import { callFailure, type CallFailure } from '$lib/errors';
import { LIMITS } from '$lib/limits';
import { isMaintenance } from '$lib/page-messages';
import {
	colliding,
	differing,
	isBlock,
	merged,
	sinceSent,
	type Choice,
	type Texts
} from '$lib/texts';
import { isAtFault, withSent } from '$lib/waiting';
import type { Editable, Saved, Versioned } from './editable';
import { KeptEdit } from './kept-edit';
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
export interface Submitted<Fields> {
	fields: Fields;
	message: string;
	problems: Record<string, string[]>;
	isConflict: boolean;
}

/** A text that two people have changed: the person chooses. */
export interface Conflict {
	name: string;
	label: string;
	/** Absent where it was removed. */
	mine?: string;
	theirs?: string;
	/** Whether both can be kept, one below the other. */
	canKeepBoth: boolean;
}

interface Begin<Thing, Fields> {
	thing: Thing;
	submitted?: Submitted<Fields>;
}

const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 16_000];
const STALE_MS = 4_000;

/**
 * One thing being edited. It saves by itself a moment after the last key, keeps what is not saved in
 * the browser, and never overwrites what someone else has saved in the meantime: where both changed
 * the same text, the person chooses.
 */
export class TextEditor<Thing extends Versioned, Fields> {
	fields = $state() as Fields;
	state = $state<SaveState>('saved');
	/** Why it is not saved. */
	message = $state('');
	/** Sentences by field. */
	problems = $state.raw<Record<string, string[]>>({});
	/** What someone else saved, while the person has to choose. */
	theirs = $state.raw<Thing>();
	/** The thing as the server has it. */
	thing = $state.raw() as Thing;
	/** Hears of every save. */
	onsaved?: (thing: Saved<Thing>) => void;
	readonly kind: Editable<Thing, Fields>;

	#base = $state.raw() as Texts;
	#timer?: ReturnType<typeof setTimeout>;
	#saving?: Promise<void>;
	#attempts = 0;
	#closed = false;
	#kept: KeptEdit;
	/** What was sent, while nobody knows whether it has arrived. */
	#sent: Texts[] = [];
	#loadedAt = Date.now();
	/** An act of this page has changed the thing while something was being written: nobody else did. */
	#isExpected = false;
	#atClose: (() => void)[] = [];

	/** Whether there is text that the server does not have. */
	isDirty = $derived.by(() => differing(this.#base, this.#texts).length > 0);

	constructor(kind: Editable<Thing, Fields>, { thing, submitted }: Begin<Thing, Fields>) {
		this.kind = kind;
		this.thing = thing;
		this.#kept = new KeptEdit({ of: kind.noun, id: thing.id, href: kind.hrefOf(thing) });
		this.#base = this.#textsOf(thing);
		this.fields = submitted?.fields ?? kind.fieldsOf(thing);
		if (!submitted) return;
		this.state = submitted.isConflict ? 'conflict' : 'refused';
		this.message = submitted.message;
		this.problems = submitted.problems;
		if (submitted.isConflict) this.theirs = thing;
	}

	/** The texts between which the person has to choose. */
	get conflicts(): Conflict[] {
		if (!this.theirs) return [];
		const [mine, theirs] = [this.#texts, this.#textsOf(this.theirs)];
		const both = colliding({ base: this.#base, mine, theirs });
		// What a form without a script sent does not say what it began with.
		const names = both.length > 0 ? both : differing(mine, theirs);
		return names.map((name) => ({
			name,
			label: this.kind.nameOf(name, name in mine ? mine : theirs),
			mine: mine[name],
			theirs: theirs[name],
			canKeepBoth: isBlock(name) && Boolean(mine[name] && theirs[name])
		}));
	}

	/** Takes up what an earlier page could not save. */
	open(): void {
		void this.#takeUp();
	}

	async #takeUp() {
		if (this.isDirty || this.state === 'conflict') return;
		const { areFields, textsOf } = this.kind;
		const left = await this.#kept.take(areFields);
		// The page went on meanwhile: what was taken is the outbox's again.
		if (this.#closed) return this.#kept.close();
		if (!left) return;
		const mine = textsOf(left.mine);
		if (differing(mine, this.#base).length === 0) return this.#kept.forget();
		this.fields = left.mine;
		if (left.version === this.thing.version) return this.typed(0);
		this.#base = textsOf(left.base);
		this.#sent = (left.sent ?? []).filter(areFields).map(textsOf);
		this.#rebase(this.thing);
	}

	/** Runs when the editor closes: what was offered for its text is withdrawn then. */
	untilClosed(withdraw: () => void): void {
		this.#atClose.push(withdraw);
	}

	/** Stops the clock; what is not saved stays kept. */
	close(): void {
		this.#closed = true;
		clearTimeout(this.#timer);
		for (const withdraw of this.#atClose.splice(0)) withdraw();
		// Until what is on its way has arrived, nobody else sends it.
		void Promise.resolve(this.#saving).then(() => this.#closed && this.#kept.close());
	}

	/** Goes on after all. */
	resume(): void {
		this.#closed = false;
		if (this.isDirty) this.typed();
	}

	/** The text has changed: it is kept at once, and saved when the keys rest. */
	typed(waitMs: number = LIMITS.autosaveMs): void {
		// Behind the page the outbox has the text.
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

	/** Settles a conflict text by text; mine where nothing is chosen, and what does not collide stays. */
	async settle(choices: Readonly<Record<string, Choice>> = {}): Promise<void> {
		if (!this.theirs) return;
		const edits = { base: this.#base, mine: this.#texts, theirs: this.#textsOf(this.theirs) };
		this.fields = this.kind.fieldsFrom(merged(edits, choices));
		this.#take(this.theirs);
		if (this.isDirty) this.#keepDraft();
		await this.save();
	}

	/**
	 * Asks the server again when what is shown may be old and nothing is being written. What waits for the person
	 * to sign in again is tried.
	 *
	 * @param force also when it was asked a moment ago: something is known to have changed. Then what is gone is said
	 */
	async refresh({ force = false } = {}): Promise<void> {
		if (this.state === 'signedOut') return this.save();
		const isIdle = () => this.state === 'saved' && !this.isDirty;
		if (force && !isIdle()) this.#isExpected = true;
		if (!isIdle() || (!force && Date.now() - this.#loadedAt < STALE_MS)) return;
		this.#loadedAt = Date.now();
		try {
			const thing = await this.kind.get(this.thing.id);
			if (isIdle()) this.adopt(thing);
		} catch (cause) {
			// Nobody asked for it: without an answer the text stays, and the next save says what is wrong.
			if (force && isIdle() && callFailure(cause).code === 'NOT_FOUND') this.state = 'gone';
		}
	}

	/** Shows a newer state, unless something is being written. An older one was read before the last save. */
	adopt(thing: Thing): void {
		if (this.isDirty || this.state !== 'saved' || thing.version <= this.thing.version) return;
		this.fields = this.kind.fieldsOf(thing);
		this.#take(thing);
	}

	async #saveOnce() {
		const sent = $state.snapshot(this.fields) as Fields;
		const texts = this.kind.textsOf(sent);
		this.state = 'saving';
		this.#sent = withSent(this.#sent, texts);
		this.#keepDraft();
		try {
			const saved = await this.kind.send(this.thing, this.#changesOf(sent, texts));
			this.thing = saved;
			this.#base = texts;
			this.#sent = [];
			this.#loadedAt = Date.now();
			this.onsaved?.(saved);
			if (!this.isDirty) return this.#settled();
			this.#keepDraft();
			this.typed();
		} catch (cause) {
			await this.#failed(callFailure(cause));
		}
	}

	#changesOf(fields: Fields, texts: Texts): Partial<Fields> {
		const changed = new Set(differing(this.#base, texts).map((name) => this.kind.fieldOf(name)));
		return Object.fromEntries([...changed].map((name) => [name, fields[name]])) as Partial<Fields>;
	}

	async #failed(failure: CallFailure) {
		this.message = failure.message;
		this.problems = failure.fields;
		if (failure.code === 'CONFLICT') return this.#meetTheirs();
		if (failure.code === 'UNAUTHORIZED') this.state = 'signedOut';
		else if (!failure.retryable) {
			this.state = failure.code === 'NOT_FOUND' ? 'gone' : 'refused';
			if (isAtFault(failure)) this.#kept.stick({ is: 'refused', message: failure.message });
		} else {
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
			this.#rebase(await this.kind.get(this.thing.id));
		} catch (cause) {
			await this.#failed(callFailure(cause));
		}
	}

	/** Lays the person's changes over what someone else saved; where they collide, the person chooses. */
	#rebase(thing: Thing) {
		const theirs = this.#textsOf(thing);
		for (const mine of this.#sent) this.#base = sinceSent({ base: this.#base, mine, theirs });
		this.#sent = [];
		const edits = { base: this.#base, mine: this.#texts, theirs };
		if (colliding(edits).length > 0) {
			this.theirs = thing;
			this.state = 'conflict';
			this.#kept.stick({ is: 'conflict', message: 'Changed somewhere else, too: choose.' });
			return;
		}
		const changed = differing(edits.base, edits.theirs).map((name) => {
			const label = this.kind.nameOf(name, name in edits.theirs ? edits.theirs : edits.base);
			return label.replace(/^./, (first) => first.toLowerCase());
		});
		this.fields = this.kind.fieldsFrom(merged(edits));
		if (changed.length > 0 && !this.#isExpected)
			toasts.show(`Changed elsewhere, too: ${changed.join(', ')}.`);
		this.#take(thing);
		this.typed(0);
	}

	#take(thing: Thing) {
		this.#isExpected = false;
		this.thing = thing;
		this.#base = this.#textsOf(thing);
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
		this.#kept.forget();
	}

	get #texts(): Texts {
		return this.kind.textsOf(this.fields);
	}

	#textsOf(thing: Thing): Texts {
		return this.kind.textsOf(this.kind.fieldsOf(thing));
	}

	#keepDraft() {
		if (!this.isDirty) return this.#kept.forget();
		const mine = $state.snapshot(this.fields) as Fields;
		const base = this.kind.fieldsFrom(this.#base);
		const title = this.#texts.title ?? '';
		const sent = this.#sent.map((texts) => this.kind.fieldsFrom(texts));
		this.#kept.keep({ title, version: this.thing.version, base, mine, sent });
	}
}
