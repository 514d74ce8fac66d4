/** Keys that a phone's keyboard has not, in the order of their row. */
export const EXTRA_KEYS = ['Esc', 'Tab', 'Left', 'Up', 'Down', 'Right'] as const;
export type ExtraKey = (typeof EXTRA_KEYS)[number];

const PLAIN: Readonly<Record<ExtraKey, string>> = {
	Esc: '\u001b',
	Tab: '\t',
	Left: '\u001b[D',
	Up: '\u001b[A',
	Down: '\u001b[B',
	Right: '\u001b[C'
};

/** What a key sends. @param isApplication whether the program has asked for the other code of arrows (DECCKM) */
export const sentBy = (key: ExtraKey, isApplication: boolean): string =>
	isApplication ? PLAIN[key].replace('\u001b[', '\u001bO') : PLAIN[key];

/** A key typed with Ctrl: `c` becomes ^C. What Ctrl does nothing to stays as it is. */
export function controlOf(bytes: Uint8Array): Uint8Array {
	const [byte = 0] = bytes;
	const isLetter = (byte >= 0x40 && byte <= 0x5f) || (byte >= 0x61 && byte <= 0x7a);
	if (bytes.length !== 1) return bytes;
	if (byte === 0x20) return Uint8Array.of(0);
	return isLetter ? Uint8Array.of(byte & 0x1f) : bytes;
}

/** What a key press is for the page, and not for the program. */
export type PageKey = 'leave' | 'find' | 'copy';

const PAGE_KEYS: Readonly<Record<string, PageKey>> = { Enter: 'leave', F: 'find', C: 'copy' };

/** The keys of the page, as they are told: programs cannot tell Ctrl+Shift from Ctrl, so none of them misses these. */
export const PAGE_KEY_LABELS: Readonly<Record<PageKey, string>> = {
	leave: 'Ctrl+Shift+Enter',
	find: 'Ctrl+Shift+F',
	copy: 'Ctrl+Shift+C'
};

/** What a key press is for the page; nothing where it is for the program. */
export function pageKeyOf(
	event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>
): PageKey | undefined {
	const { key, ctrlKey, shiftKey, altKey, metaKey } = event;
	if (!ctrlKey || !shiftKey || altKey || metaKey) return undefined;
	return PAGE_KEYS[key.length === 1 ? key.toUpperCase() : key];
}
