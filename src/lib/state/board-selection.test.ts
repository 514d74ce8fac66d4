import { describe, expect, it } from 'vitest';
import { Selection } from './board-selection.svelte';

const ORDER = ['a', 'b', 'c', 'd', 'e'];

function selectionOf(...ids: string[]) {
	const selection = new Selection();
	for (const id of ids) selection.toggle(id);
	return { selection, chosen: () => [...selection.ids].toSorted().join(' ') };
}

describe('a selection', () => {
	it('takes a line in, and out again', () => {
		const { selection, chosen } = selectionOf('a', 'b', 'a');

		expect(chosen()).toBe('b');
		expect(selection.size).toBe(1);
	});

	it('is extended from the line that was chosen last, both ways', () => {
		const { selection, chosen } = selectionOf('c');

		selection.extend('e', 'e', ORDER);
		expect(chosen()).toBe('c d e');
		selection.extend('b', 'e', ORDER);
		expect(chosen()).toBe('b c d e');
	});

	it('begins where it is extended when nothing was chosen, or what was is not shown', () => {
		const { selection, chosen } = selectionOf();
		selection.extend('b', 'a', ORDER);
		selection.extend('c', 'b', ORDER);
		expect(chosen()).toBe('a b c');

		selection.clear();
		selection.toggle('z');
		selection.extend('d', 'd', ORDER);
		expect(chosen()).toBe('d z');
	});
});
