import type { Computer } from './computer';
import { keepTabs, keptTabs, MOST_OPEN, type KeptTab, type TabsOf } from './kept-tabs';
import type { ScreenLook } from './screen';
import { RemoteTerminal } from './terminal.svelte';

/** What the open terminals of a page need. */
export interface OpenTerminalsOptions {
	computer: Computer;
	/** The id of the person. */
	who: string;
	/** What they are for. */
	idea?: { id: string };
	look(): ScreenLook;
	onKey(event: KeyboardEvent): boolean;
}

/** How a new terminal is started. */
export interface NewTerminal {
	/** Titles that are there already. */
	taken: readonly string[];
	/** Where it begins; absent: where the computer chooses, which may remember it for the idea. */
	folder?: string;
	/** The person chose that just now. */
	isChosen?: boolean;
	/** Whether tmux keeps it, and under which name. */
	tmux?: boolean;
	tmuxName?: string;
}

/** The terminals of a computer, or of an idea on it, that are open on this page; a page that is loaded anew finds them again. */
export class OpenTerminals {
	tabs = $state.raw<RemoteTerminal[]>([]);
	activeId = $state<string>();
	readonly active = $derived(this.tabs.find(({ id }) => id === this.activeId));
	readonly #options: OpenTerminalsOptions;

	constructor(options: OpenTerminalsOptions) {
		this.#options = options;
		// What was wished for, and neither runs nor was refused, is tried again under the id that it had.
		for (const kept of keptTabs(this.#of)) this.#add(kept);
	}

	get isFull(): boolean {
		return this.tabs.length >= MOST_OPEN;
	}

	/** Starts a new one on the computer. */
	start({ taken, ...how }: NewTerminal): RemoteTerminal {
		const titles = new Set([...taken, ...this.tabs.map(({ title }) => title)]);
		let number = 1;
		while (titles.has(`Terminal ${number}`)) number += 1;
		const ideaId = this.#options.idea?.id;
		const wish = { tmux: false, ...how, title: `Terminal ${number}`, ideaId };
		const tab = this.#add({ id: crypto.randomUUID(), start: wish });
		this.activeId = tab.id;
		return tab;
	}

	/**
	 * The one to begin with: the last open one that runs or is still wished for; else another that runs; else one that has
	 * ended, which says how. @param running the ids of those that run on the computer
	 */
	firstOf(running: readonly string[]): string | undefined {
		const isAlive = ({ id, wish, refused }: RemoteTerminal) =>
			(wish !== undefined && refused === undefined) || running.includes(id);
		return this.tabs.findLast(isAlive)?.id ?? running[0] ?? this.tabs.at(-1)?.id;
	}

	/** Shows one that runs on the computer. */
	show(id: string): void {
		if (!this.tabs.some((tab) => tab.id === id) && !this.isFull) this.#add({ id });
		this.activeId = id;
	}

	/** Looks at it no more; its program runs on. @returns what is shown instead */
	close(id: string): string | undefined {
		const at = this.tabs.findIndex((tab) => tab.id === id);
		const closed = this.tabs[at];
		if (!closed) return this.activeId;
		this.tabs = this.tabs.filter((tab) => tab !== closed);
		closed.dispose();
		this.#keep();
		if (this.activeId === id) this.activeId = (this.tabs[at] ?? this.tabs[at - 1])?.id;
		return this.activeId;
	}

	/** Lets go of every line; `resume` takes them up again. */
	pause(): void {
		for (const tab of this.tabs) tab.pause();
	}

	resume(): void {
		for (const tab of this.tabs) tab.begin();
	}

	dispose(): void {
		for (const tab of this.tabs) tab.dispose();
	}

	#add({ id: sessionId, ...kept }: KeptTab): RemoteTerminal {
		const { computer, look, onKey } = this.#options;
		const onWish = () => this.#keep();
		const tab = new RemoteTerminal({
			...{ computer, sessionId, ...kept, onKey, onWish },
			look: look()
		});
		this.tabs = [...this.tabs, tab];
		this.#keep();
		return tab;
	}

	get #of(): TabsOf {
		const { who, computer, idea } = this.#options;
		return { who, runnerId: computer.id, ideaId: idea?.id };
	}

	#keep(): void {
		keepTabs(
			this.#of,
			this.tabs.map(({ id, wish, refused }) => ({ id, start: wish, refused }))
		);
	}
}
