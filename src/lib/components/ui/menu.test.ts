import { describe, expect, test } from 'vitest';
import { typeAhead } from './menu';

const LABELS = ['Open', 'Star', 'Share', 'Delete'];

describe('typing in a menu', () => {
	test('goes to what begins with it', () => {
		const find = typeAhead(() => 0);

		expect(find('s', LABELS, 0)).toBe(1);
		expect(find('h', LABELS, 1)).toBe(2);
	});

	test('goes on to the next with the same letter again, and round', () => {
		const find = typeAhead(() => 0);

		expect(find('s', LABELS, 0)).toBe(1);
		expect(find('s', LABELS, 1)).toBe(2);
		expect(find('s', LABELS, 2)).toBe(1);
	});

	test('begins anew after a moment', () => {
		let time = 0;
		const find = typeAhead(() => time);

		find('d', LABELS, 0);
		time = 2_000;

		expect(find('O', LABELS, 3)).toBe(0);
	});

	test('stays where nothing begins with it', () => {
		expect(typeAhead(() => 0)('x', LABELS, 0)).toBe(-1);
	});
});
