/** Where a shortcut works. */
export type Scope = 'Everywhere' | 'Lists' | 'Idea';

interface Definition {
	/** Alternatives. `mod` is Ctrl, or Cmd on a Mac; a space stands between the keys of a chord. */
	keys: readonly string[];
	label: string;
	scope: Scope;
	/** Works while typing, too. */
	whileTyping?: boolean;
}

/** Every shortcut: keys, help and tooltips are all read from here. */
export const SHORTCUTS = {
	compose: { keys: ['c'], label: 'New idea', scope: 'Everywhere' },
	'go.ideas': { keys: ['g i'], label: 'Go to Ideas', scope: 'Everywhere' },
	'go.trash': { keys: ['g t'], label: 'Go to Trash', scope: 'Everywhere' },
	undo: { keys: ['mod+z'], label: 'Undo', scope: 'Everywhere' },
	help: { keys: ['?'], label: 'Keyboard shortcuts', scope: 'Everywhere' },
	'list.next': { keys: ['j', 'arrowdown'], label: 'Next idea', scope: 'Lists' },
	'list.previous': { keys: ['k', 'arrowup'], label: 'Previous idea', scope: 'Lists' },
	'list.open': { keys: ['enter'], label: 'Open', scope: 'Lists' },
	'list.select': { keys: ['x'], label: 'Select', scope: 'Lists' },
	'list.selectNext': { keys: ['shift+j', 'shift+arrowdown'], label: 'Select down', scope: 'Lists' },
	'list.selectPrevious': {
		keys: ['shift+k', 'shift+arrowup'],
		label: 'Select up',
		scope: 'Lists'
	},
	'list.selectAll': { keys: ['mod+a'], label: 'Select all that are loaded', scope: 'Lists' },
	'idea.moveUp': { keys: ['alt+arrowup'], label: 'Move up', scope: 'Lists' },
	'idea.moveDown': { keys: ['alt+arrowdown'], label: 'Move down', scope: 'Lists' },
	'idea.star': { keys: ['s'], label: 'Star, super-star, no star', scope: 'Lists' },
	'idea.delete': { keys: ['#'], label: 'Move to Trash', scope: 'Lists' },
	'idea.save': { keys: ['mod+s'], label: 'Save now', scope: 'Idea', whileTyping: true },
	close: {
		keys: ['escape'],
		label: 'Close, or leave a field',
		scope: 'Everywhere',
		whileTyping: true
	}
} as const satisfies Record<string, Definition>;

/** The name of a shortcut. */
export type ShortcutId = keyof typeof SHORTCUTS;

/** Does what a shortcut stands for. `false` means that it was not for this key press. */
export type Run = (event: KeyboardEvent) => boolean | void;

const CHORD_MS = 1_000;
const SWITCH = 'coda-keys';

/** Hears the keyboard once for the whole page and runs what the present screen offers. */
export class Shortcuts {
	/** Whether keys without Ctrl or Cmd do anything: some people's hands or voices press them by accident. */
	singleKeys = $state(true);
	helpIsOpen = $state(false);
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
			for (const id of idsFor(pressed)) {
				const { whileTyping = false }: Definition = SHORTCUTS[id];
				if (typing && !whileTyping) continue;
				if (!this.singleKeys && isSingle(pressed)) continue;
				for (const run of this.#runs.get(id) ?? []) {
					if (run(event) === false) continue;
					event.preventDefault();
					this.#chord = { key: '', at: 0 };
					return;
				}
			}
		}
	}
}

/** The shortcuts of this page. */
export const shortcuts = new Shortcuts();

/** A tooltip that names the key: `Move to Trash (#)`. */
export function hint(id: ShortcutId, label: string = SHORTCUTS[id].label): string {
	return `${label} (${keyLabel(SHORTCUTS[id].keys[0])})`;
}

/** The keys of a shortcut in the words of `aria-keyshortcuts`; chords have none. */
export function ariaKeys(id: ShortcutId): string | undefined {
	const [first] = SHORTCUTS[id].keys;
	if (first.includes(' ')) return undefined;
	if (first.startsWith('mod+')) {
		const key = first.slice(4).toUpperCase();
		return `Control+${key} Meta+${key}`;
	}
	const modifier = /^(alt|shift)\+/.exec(first)?.[0] ?? '';
	const key = first.slice(modifier.length);
	const name = NAMES_OF_ARIA[key] ?? (key.length === 1 ? key.toUpperCase() : key);
	return modifier ? modifier.charAt(0).toUpperCase() + modifier.slice(1) + name : name;
}

const NAMES_OF_ARIA: Record<string, string> = { arrowup: 'ArrowUp', arrowdown: 'ArrowDown' };

/** A key as people name it: `Ctrl+Z`, `↓`, `G then I`. */
export function keyLabel(keys: string, mac = isMac()): string {
	return keys
		.split(' ')
		.map((key) => {
			const [, modifier = '', bare = ''] = /^(mod\+|alt\+|shift\+)?(.+)$/.exec(key) ?? [];
			const label = NAMES[bare] ?? bare.toUpperCase();
			const [onMac = '', elsewhere = ''] = MODIFIERS[modifier] ?? [];
			return (mac ? onMac : elsewhere) + label;
		})
		.join(' then ');
}

const MODIFIERS: Record<string, [string, string]> = {
	'mod+': ['⌘', 'Ctrl+'],
	'alt+': ['⌥', 'Alt+'],
	'shift+': ['⇧', 'Shift+']
};

const NAMES: Record<string, string> = {
	arrowdown: '↓',
	arrowup: '↑',
	enter: 'Enter',
	escape: 'Esc'
};

const isMac = (): boolean => typeof navigator !== 'undefined' && /Mac|iP/.test(navigator.platform);

const idsFor = (pressed: string): ShortcutId[] =>
	(Object.keys(SHORTCUTS) as ShortcutId[]).filter((id) =>
		(SHORTCUTS[id].keys as readonly string[]).includes(pressed)
	);

const isSingle = (pressed: string): boolean => /^(shift\+)?(\S|\S \S)$/.test(pressed);

/** A key press in the words of the table; nothing for modifiers alone and for combinations that are not ours. */
function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string | undefined {
	if (['Control', 'Meta', 'Alt', 'Shift', 'AltGraph'].includes(key)) return undefined;
	const name = key.toLowerCase();
	if (altKey && key.length > 1) {
		return ctrlKey || metaKey || shiftKey ? undefined : `alt+${name}`;
	}
	if (ctrlKey !== metaKey && !altKey) return shiftKey ? undefined : `mod+${name}`;
	// AltGr and Option write characters such as # on some keyboards.
	if (altKey && !/^[#?]$/.test(key)) return undefined;
	// Shift is part of a character, but of a letter or a named key it makes another key.
	return shiftKey && /^(\p{L}|..+)$/u.test(key) ? `shift+${name}` : name;
}

/** Whether keys go into a field. */
export function isTyping(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	if (target.isContentEditable || target.matches('textarea, select')) return true;
	return (
		target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit)$/.test(target.type)
	);
}
