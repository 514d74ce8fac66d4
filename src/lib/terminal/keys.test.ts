import { expect, test } from 'vitest';
import { bytesOf } from '#protocol/bytes';
import { controlOf, EXTRA_KEYS, pageKeyOf, sentBy } from './keys';

const held = { ctrlKey: true, shiftKey: true, altKey: false, metaKey: false };

test('Ctrl on a keyboard that has none makes control characters', () => {
	expect([...controlOf(bytesOf('c'))]).toEqual([3]);
	expect([...controlOf(bytesOf('C'))]).toEqual([3]);
	expect([...controlOf(bytesOf('['))]).toEqual([27]);
	expect([...controlOf(bytesOf(' '))]).toEqual([0]);

	for (const other of ['1', 'ü', 'ls', '\r', '\u001b[A']) {
		expect(controlOf(bytesOf(other))).toEqual(bytesOf(other));
	}
});

test('arrows have the code that the program asked for', () => {
	expect(sentBy('Up', false)).toBe('\u001b[A');
	expect(sentBy('Up', true)).toBe('\u001bOA');
	expect(sentBy('Esc', true)).toBe('\u001b');
	expect(new Set(EXTRA_KEYS.map((key) => sentBy(key, true))).size).toBe(EXTRA_KEYS.length);
});

test('few keys are for the page, and all others for the program', () => {
	expect(pageKeyOf({ key: 'Enter', ...held })).toBe('leave');
	expect(pageKeyOf({ key: 'F', ...held })).toBe('find');
	expect(pageKeyOf({ key: 'f', ...held })).toBe('find');

	expect(pageKeyOf({ key: 'Enter', ...held, shiftKey: false })).toBeUndefined();
	expect(pageKeyOf({ key: 'c', ...held, shiftKey: false })).toBeUndefined();
	expect(pageKeyOf({ key: 'Escape', ...held })).toBeUndefined();
	expect(pageKeyOf({ key: 'f', ...held, altKey: true })).toBeUndefined();
});
