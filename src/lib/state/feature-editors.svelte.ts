import { SvelteMap } from 'svelte/reactivity';
import type { FeatureFields } from '$lib/feature-fields';
import { callFailure } from '$lib/errors';
import type { Feature } from '$lib/features';
import { FEATURE, type Saved } from './editable';
import { TextEditor, type Submitted } from './text-editor.svelte';

/** The editor of one feature. */
export type FeatureEditor = TextEditor<Feature, FeatureFields>;

/** How the texts of a feature stand: on their way, not to be had, or open. */
interface Opened {
	editor?: FeatureEditor;
	/** Why the texts did not come. */
	problem?: string;
}

/**
 * The features of an idea whose texts are here. An editor outlives its place on the page, so that what was
 * written in it is saved also when it folds or the page goes on.
 */
export class FeatureEditors {
	#opened = new SvelteMap<string, Opened>();
	#loading = new Map<string, Promise<void>>();
	#isClosed = false;
	#saved: (feature: Saved<Feature>) => void;

	/** @param saved hears of every save */
	constructor(saved: (feature: Saved<Feature>) => void) {
		this.#saved = saved;
	}

	/** How a feature stands; nothing before anybody asked for it. */
	of(id: string): Opened | undefined {
		return this.#opened.get(id);
	}

	/** Takes a feature whose texts are here already. */
	take(feature: Feature, submitted?: Submitted<FeatureFields>): FeatureEditor {
		const editor = new TextEditor(FEATURE, { thing: feature, submitted });
		editor.onsaved = this.#saved;
		this.#opened.set(feature.id, { editor });
		return editor;
	}

	/** Brings the texts of a feature, once; of one that is here already, what is new of them. */
	async load(id: string): Promise<void> {
		const { editor } = this.#opened.get(id) ?? {};
		if (editor) return editor.refresh();
		const loading = this.#loading.get(id) ?? this.#load(id);
		this.#loading.set(id, loading);
		await loading;
	}

	/** Brings the texts of a feature that is likely to be opened. */
	prefetch(id: string): void {
		if (!this.#opened.has(id)) void this.load(id);
	}

	/** Takes up what an earlier page could not save. */
	open(): void {
		for (const editor of this.#editors) editor.open();
	}

	/** Saves what is not saved, everywhere. */
	async saveAll(): Promise<void> {
		await Promise.all(this.#editors.map((editor) => editor.save()));
	}

	/** Looks for changes of others, everywhere. @param force also where it was asked a moment ago */
	refreshAll({ force = false } = {}): void {
		for (const editor of this.#editors) void editor.refresh({ force });
	}

	/** Stops all clocks; what is not saved stays kept. */
	close(): void {
		this.#isClosed = true;
		for (const editor of this.#editors) editor.close();
	}

	/** Goes on after all. */
	resume(): void {
		this.#isClosed = false;
		for (const editor of this.#editors) editor.resume();
	}

	/** Those with text that the server does not have. */
	get dirty(): FeatureEditor[] {
		return this.#editors.filter(({ isDirty }) => isDirty);
	}

	get #editors(): FeatureEditor[] {
		return [...this.#opened.values()].flatMap(({ editor }) => editor ?? []);
	}

	async #load(id: string): Promise<void> {
		this.#opened.set(id, {});
		try {
			const feature = await FEATURE.get(id);
			if (this.#isClosed) this.#opened.delete(id);
			else this.take(feature).open();
		} catch (cause) {
			this.#opened.set(id, { problem: callFailure(cause).message });
		} finally {
			this.#loading.delete(id);
		}
	}
}
