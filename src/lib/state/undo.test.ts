import { afterEach, describe, expect, it, vi } from 'vitest';

const redeem = vi.hoisted(() => vi.fn());
vi.mock('$lib/trpc', () => ({ trpc: { undo: { redeem: { mutate: redeem } } } }));

import { toasts } from './toasts.svelte';
import { UndoStack } from './undo.svelte';

afterEach(() => {
	for (const { id } of toasts.items) toasts.dismiss(id);
	vi.resetAllMocks();
});

const shown = () => toasts.items.map(({ text }) => text);

describe('what only the page can take back', () => {
	it('has its turn among the acts of the server, once', async () => {
		const stack = new UndoStack();
		const takeBack = vi.fn();
		redeem.mockResolvedValue({ kind: 'idea.tag', ideaIds: ['kite'] });
		stack.push({ kind: 'idea.tag', ids: ['kite'], token: 't', undone: 'As it was.' });
		stack.offerHere('Removed a section.', takeBack);

		await stack.run();
		expect([takeBack.mock.calls.length, redeem.mock.calls.length]).toEqual([1, 0]);
		expect(shown()).toEqual([]);

		await stack.run();
		expect([takeBack.mock.calls.length, redeem.mock.calls.length]).toEqual([1, 1]);
	});

	it('is withdrawn together with its notice', async () => {
		const stack = new UndoStack();
		const takeBack = vi.fn();
		const withdraw = stack.offerHere('Removed a section.', takeBack);
		expect(shown()).toEqual(['Removed a section.']);

		withdraw();

		expect(shown()).toEqual([]);
		await stack.run();
		expect(takeBack).not.toHaveBeenCalled();
		expect(shown()).toEqual(['There is nothing to undo.']);
	});
});

describe('one that fails', () => {
	it('holds up none of those behind it', async () => {
		const stack = new UndoStack();
		redeem.mockResolvedValue({ kind: 'idea.tag', ideaIds: ['kite'] });
		const stop = stack.follow({
			undone: () => {
				throw new Error('A page that cannot show it.');
			}
		});
		for (const token of ['a', 'b']) {
			stack.push({ kind: 'idea.tag', ids: ['kite'], token, undone: 'As it was.' });
		}

		await expect(stack.run()).rejects.toThrow('cannot show it');
		stop();
		await stack.run();

		expect(redeem.mock.calls.map(([{ token }]) => token)).toEqual(['b', 'a']);
	});
});
