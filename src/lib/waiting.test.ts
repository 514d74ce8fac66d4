import { describe, expect, it } from 'vitest';
import {
	backOffMs,
	inOrder,
	isWaiting,
	nextOf,
	placeBehind,
	textOf,
	type Waiting
} from './waiting';

const idea = (key: string, at: number, more: Partial<Waiting> = {}) =>
	({
		kind: 'idea',
		key,
		at,
		idea: { title: key, notes: '', star: 'none', linkUrl: null },
		...more
	}) as Waiting;

describe('what waits', () => {
	it('is in the order of typing, also when the clock goes backwards', () => {
		const first = idea('b', 1_000);
		const second = idea('a', placeBehind([first], 10));

		expect(inOrder([second, first])).toEqual([first, second]);
		expect(placeBehind([first], 5_000)).toBe(5_000);
	});

	it('goes by what is in trouble, and by what an open editor has', () => {
		const entries = [
			idea('refused', 1, { trouble: { is: 'refused', message: 'No.' } }),
			idea('open', 2),
			idea('next', 3)
		];

		expect(nextOf(entries, new Set(['open']))?.key).toBe('next');
		expect(nextOf(entries.slice(0, 2), new Set(['open']))).toBeUndefined();
	});

	it('is tried after one, two, four, eight, sixteen seconds, a quarter more or less', () => {
		const waits = [0, 1, 2, 3, 4, 9].map((attempt) => backOffMs(attempt, 0.5));

		expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 16_000]);
		expect([backOffMs(0, 0), backOffMs(0, 1)]).toEqual([750, 1_250]);
	});

	it('is only what can be sent: another version may have left something else', () => {
		expect(isWaiting(idea('a', 1))).toBe(true);
		expect(isWaiting({ ...idea('a', 1), kind: 'wish' })).toBe(false);
		expect(isWaiting({ kind: 'edit', key: 'a', at: 1, of: 'idea', id: 'x' })).toBe(false);
		expect(isWaiting(null)).toBe(false);
	});

	it('can be copied whole', () => {
		const mine = {
			title: 'Wheel',
			notes: '',
			sections: [{ id: '1', label: 'Parts', body: 'rim' }]
		};
		const entry = {
			kind: 'edit',
			of: 'feature',
			key: 'k',
			at: 1,
			id: 'i',
			href: '/',
			title: 'Wheel'
		};

		expect(textOf({ ...entry, version: 1, base: {}, mine } as Waiting)).toBe(
			'Wheel\n\nParts\n\nrim'
		);
	});
});
