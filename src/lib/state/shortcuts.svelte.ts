import type { Component } from 'svelte';
import { reportMissing } from './report';
import { ariaOf, isSingle, keyLabel, keysUnder, nameOf, type ChosenKeys } from './shortcut-keys';
import { SHORTCUTS, SHORTCUT_IDS, type Definition, type ShortcutId } from './shortcut-table';

export { keyLabel } from './shortcut-keys';
export { SHORTCUTS, type Scope, type ShortcutId } from './shortcut-table';

/** Does what a shortcut stands for. `false` means that it was not for this key press. */
export type Run = (event: KeyboardEvent) => boolean | void;

const CHORD_MS = 1_000;
const SWITCH = 'coda-keys';

/** Hears the keyboard once for the whole page and runs what the present screen offers. */
export class Shortcuts {
	/** Whether keys without Ctrl or Cmd do anything: some people's hands or voices press them by accident. */
	singleKeys = $state(true);
	helpIsOpen = $state(false);
	/** The sheet of keys, once somebody asked for it. */
	Help = $state.raw<Component>();
	/** Keys that the person chose in the place of the table's. */
	chosen = $state.raw<ChosenKeys>({});
	#runs = new Map<ShortcutId, Run[]>();
	#chord = { key: '', at: 0 };

	/** Offers shortcuts while a component is there; the latest offer is asked first. @returns takes them back */
	offer(runs: Partial<Record<ShortcutId, Run>>): () => void {
		const added = Object.entries(runs) as [ShortcutId, Run][];
		for (const [id, run] of added) this.#runs.set(id, [run, ...(this.#runs.get(id) ?? [])]);
		return () => {
			for (const [id, run] of added) {
				this.#runs.set(
					id,
					(this.#runs.get(id) ?? []).filter((one) => one !== run)
				);
			}
		};
	}

	/** Shows the sheet of keys. Its code comes when it is wanted for the first time. */
	async openHelp(): Promise<void> {
		try {
			this.Help ??= (await import('$lib/components/ShortcutSheet.svelte')).default;
			this.helpIsOpen = true;
		} catch {
			reportMissing('Couldn’t open the sheet of keys.', () => void this.openHelp());
		}
	}

	/** The keys of a shortcut, as this person has them. */
	keysOf(id: ShortcutId): readonly string[] {
		return keysUnder(this.chosen, id);
	}

	/** Whether something on this page does what a shortcut stands for. */
	isOffered(id: ShortcutId): boolean {
		return (this.#runs.get(id)?.length ?? 0) > 0;
	}

	/** Does what a shortcut stands for, as its keys would. @returns false when nothing on this page does */
	run(id: ShortcutId, event: KeyboardEvent = new KeyboardEvent('keydown')): boolean {
		return (this.#runs.get(id) ?? []).some((run) => run(event) !== false);
	}

	/** Takes up the person's choice about single keys: the account's, else what this browser kept. */
	open(chosen: boolean | null): void {
		if (chosen !== null) return this.switchSingleKeys(chosen);
		try {
			this.singleKeys = localStorage.getItem(SWITCH) !== 'off';
		} catch {
			// Storage is blocked: single keys stay on.
		}
	}

	switchSingleKeys(on: boolean): void {
		this.singleKeys = on;
		try {
			if (on) localStorage.removeItem(SWITCH);
			else localStorage.setItem(SWITCH, 'off');
		} catch {
			// Storage is blocked: the choice holds until the page is left.
		}
	}

	/** Runs what a key press stands for. */
	handle(event: KeyboardEvent): void {
		if (event.defaultPrevented || event.isComposing) return;
		const key = nameOf(event);
		if (!key) return;
		const chord = event.timeStamp - this.#chord.at < CHORD_MS ? `${this.#chord.key} ${key}` : key;
		this.#chord = { key, at: event.timeStamp };
		const typing = isTyping(event.target);
		for (const pressed of chord === key ? [key] : [chord, key]) {
			for (const id of SHORTCUT_IDS) {
				if (!this.keysOf(id).includes(pressed)) continue;
				const { whileTyping = false }: Definition = SHORTCUTS[id];
				if (typing && !whileTyping) continue;
				if (!this.singleKeys && isSingle(pressed)) continue;
				if (!this.run(id, event)) continue;
				event.preventDefault();
				this.#chord = { key: '', at: 0 };
				return;
			}
		}
	}
}

/** The shortcuts of this page. */
export const shortcuts = new Shortcuts();

/** The key of a shortcut as people name it: `#`, `Ctrl+Z`. */
export const keyOf = (id: ShortcutId): string => keyLabel(shortcuts.keysOf(id)[0] ?? '');

/** A tooltip that names the key: `Move to Trash (#)`. */
export function hint(id: ShortcutId, label: string = SHORTCUTS[id].label): string {
	return `${label} (${keyOf(id)})`;
}

/** The keys of a shortcut in the words of `aria-keyshortcuts`; chords have none. */
export const ariaKeys = (id: ShortcutId): string | undefined =>
	ariaOf(shortcuts.keysOf(id)[0] ?? '');

/** Whether keys go into a field. */
export function isTyping(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	if (target.isContentEditable || target.matches('textarea, select')) return true;
	return (
		target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit)$/.test(target.type)
	);
}
