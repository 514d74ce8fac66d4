import { describe, expect, test } from 'vitest';
import { ariaOf, isSingle, keyLabel, keysUnder, nameOf } from './shortcut-keys';

const press = (key: string, held: Partial<Record<'ctrl' | 'meta' | 'alt' | 'shift', true>> = {}) =>
	nameOf({
		key,
		ctrlKey: held.ctrl ?? false,
		metaKey: held.meta ?? false,
		altKey: held.alt ?? false,
		shiftKey: held.shift ?? false
	} as KeyboardEvent);

describe('nameOf', () => {
	test.each([
		['j', {}, 'j'],
		['J', { shift: true }, 'shift+j'],
		['J', {}, 'j'],
		['#', { shift: true }, '#'],
		['#', { alt: true }, '#'],
		['?', { shift: true }, '?'],
		['k', { ctrl: true }, 'mod+k'],
		['k', { meta: true }, 'mod+k'],
		['k', { ctrl: true, meta: true }, undefined],
		['Z', { ctrl: true, shift: true }, 'mod+shift+z'],
		['ArrowUp', { alt: true }, 'alt+arrowup'],
		['ArrowDown', { shift: true }, 'shift+arrowdown'],
		['å', { alt: true }, undefined],
		['Shift', { shift: true }, undefined],
		['Tab', {}, undefined]
	] as const)('%s with %j is %s', (key, held, name) => {
		expect(press(key, held)).toBe(name);
	});
});

test('keys are named as people and readers of the screen call them', () => {
	expect(keyLabel('g i', false)).toBe('G then I');
	expect(keyLabel('mod+shift+z', false)).toBe('Ctrl+Shift+Z');
	expect(keyLabel('alt+arrowup', true)).toBe('⌥↑');
	expect(ariaOf('mod+k')).toBe('Control+K Meta+K');
	expect(ariaOf('alt+arrowup')).toBe('Alt+ArrowUp');
	expect(ariaOf('g i')).toBeUndefined();
});

test('what is single can be pressed by accident', () => {
	expect(['c', 'g i', 'shift+j', '#'].every(isSingle)).toBe(true);
	expect(['mod+k', 'alt+arrowup', 'escape', 'shift+arrowup'].some(isSingle)).toBe(false);
});

test('a chosen key stands in the place of all that the table has', () => {
	expect(keysUnder({ 'list.next': 'n' }, 'list.next')).toEqual(['n']);
	expect(keysUnder({}, 'list.next')).toEqual(['j', 'arrowdown']);
});
