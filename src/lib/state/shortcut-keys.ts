import { SHORTCUTS, SHORTCUT_IDS, type Definition, type ShortcutId } from './shortcut-table';

/*
 * Keys as the table of shortcuts writes them: how a key press is named, how a name is shown, and which names a
 * person may choose.
 */

/** The keys that a person chose in the place of the table's. */
export type ChosenKeys = Partial<Record<ShortcutId, string>>;

/** What of a value are chosen keys; the rest is dropped. */
export function keysIn(value: unknown): ChosenKeys {
	const given = typeof value === 'object' && value !== null ? Object.entries(value) : [];
	return Object.fromEntries(
		given.filter(
			([id, keys]) =>
				SHORTCUT_IDS.includes(id as ShortcutId) &&
				typeof keys === 'string' &&
				CHOOSABLE.test(keys) &&
				!isFixed(id as ShortcutId)
		)
	) as ChosenKeys;
}

/** Whether nobody chooses other keys for it. */
export function isFixed(id: ShortcutId): boolean {
	const { isFixed: isIt = false }: Definition = SHORTCUTS[id];
	return isIt;
}

const MODIFIERS = ['control', 'meta', 'alt', 'shift', 'altgraph', 'capslock', 'dead', 'tab'];

/** A key press in the words of the table; nothing for modifiers alone and for combinations that are not ours. */
export function nameOf(event: KeyboardEvent): string | undefined {
	const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
	const name = key === ' ' ? 'space' : key.toLowerCase();
	if (MODIFIERS.includes(name)) return undefined;
	const isNamed = name.length > 1;
	// Shift is a part of what is written for characters such as # and ?, and a key of its own beside the others.
	const shift = shiftKey && (isNamed || name !== name.toUpperCase()) ? 'shift+' : '';
	if (ctrlKey && metaKey) return undefined;
	if (altKey && isNamed) return ctrlKey || metaKey ? undefined : `alt+${shift}${name}`;
	// AltGr and Option write characters such as # on some keyboards.
	if (altKey) return /^[#?/]$/.test(key) ? name : undefined;
	return ctrlKey || metaKey ? `mod+${shift}${name}` : `${shift}${name}`;
}

/** A key as people name it: `Ctrl+Z`, `↓`, `G then I`. */
export function keyLabel(keys: string, mac = isMac()): string {
	return keys
		.split(' ')
		.map((key) => {
			const parts = key === '+' ? ['+'] : key.split('+');
			return parts
				.map((part) => NAMES[part]?.[mac ? 1 : 0] ?? part.toUpperCase())
				.join(mac ? '' : '+');
		})
		.join(' then ');
}

/** The keys in the words of `aria-keyshortcuts`; chords have none. */
export function ariaOf(keys: string): string | undefined {
	if (keys.includes(' ')) return undefined;
	const parts = keys
		.split('+')
		.map((part) => ARIA[part] ?? (part.length === 1 ? part.toUpperCase() : capital(part)));
	const words = parts.join('+');
	return words.includes('Mod+')
		? `${words.replace('Mod', 'Control')} ${words.replace('Mod', 'Meta')}`
		: words;
}

/** Whether keys are pressed without Ctrl, Cmd or Alt and write something: what some people press by accident. */
export const isSingle = (keys: string): boolean => /^(shift\+)?\S( \S)?$/.test(keys);

/** The keys of a shortcut under what a person chose. */
export function keysUnder(chosen: ChosenKeys, id: ShortcutId): readonly string[] {
	const own = chosen[id];
	return own ? [own] : SHORTCUTS[id].keys;
}

/** What can be chosen: one key with modifiers, or two plain ones in a row. */
const CHOOSABLE =
	/^(?:(?:mod\+|alt\+|shift\+|mod\+shift\+|alt\+shift\+)?(?:\S|space|arrow(?:up|down|left|right)|home|end|f\d{1,2}|insert|delete|backspace)|\S \S)$/;

/** What browsers and readers of the screen need for themselves. */
const TAKEN =
	/^(?:mod\+(?:shift\+)?[ctwnrlpqvx]|f(?:1|3|5|6|7|11|12)|space|alt\+arrow(?:left|right)|mod\+[0-9])$/;

/** Why a person cannot have these keys for a shortcut; nothing when they can. */
export function whyNotKeys(chosen: ChosenKeys, id: ShortcutId, keys: string): string | undefined {
	if (isFixed(id)) return `${SHORTCUTS[id].label}: these keys stay as they are.`;
	if (!CHOOSABLE.test(keys))
		return 'Choose one key, with or without Ctrl, Alt and Shift, or two in a row.';
	if (TAKEN.test(keys)) return `${keyLabel(keys)} belongs to the browser. Choose another.`;
	const other = SHORTCUT_IDS.find(
		(one) => one !== id && keysUnder(chosen, one).some((theirs) => collide(theirs, keys))
	);
	return other && `${keyLabel(keys)} is for “${SHORTCUTS[other].label}” already. Choose another.`;
}

/** One key that begins a chord would never let the chord come to its end. */
const collide = (one: string, other: string): boolean =>
	one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);

const NAMES: Record<string, [string, string]> = {
	mod: ['Ctrl', '⌘'],
	alt: ['Alt', '⌥'],
	shift: ['Shift', '⇧'],
	arrowdown: ['↓', '↓'],
	arrowup: ['↑', '↑'],
	arrowleft: ['←', '←'],
	arrowright: ['→', '→'],
	enter: ['Enter', 'Enter'],
	escape: ['Esc', 'Esc'],
	space: ['Space', 'Space'],
	delete: ['Delete', 'Delete'],
	backspace: ['Backspace', 'Backspace']
};

const ARIA: Record<string, string> = {
	arrowdown: 'ArrowDown',
	arrowup: 'ArrowUp',
	arrowleft: 'ArrowLeft',
	arrowright: 'ArrowRight'
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const isMac = (): boolean => typeof navigator !== 'undefined' && /Mac|iP/.test(navigator.platform);
