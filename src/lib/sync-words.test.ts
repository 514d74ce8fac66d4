import { describe, expect, it } from 'vitest';
import { syncState } from './sync-words';
import { hindranceOf, type Waiting } from './waiting';

const entry = (more: Partial<Waiting> = {}) =>
	({ kind: 'idea', key: 'k', at: 1, ...more }) as Waiting;
const refused = entry({ trouble: { is: 'refused', message: 'No.' } });
const hindered = (code: 'UNAUTHORIZED' | 'SERVICE_UNAVAILABLE') =>
	hindranceOf({ code, message: 'Not now.', fields: {}, retryable: true });

describe('the state of saving', () => {
	const fine = { isOnline: true, items: [], unkept: 0 };

	it('is quiet while all is well', () => {
		expect(syncState(fine).is).toBe('saved');
		expect(syncState({ ...fine, items: [entry()] }).is).toBe('saving');
		// What is on its way at this moment need not be kept.
		expect(syncState({ ...fine, items: [entry()], unkept: 1 }).is).toBe('saving');
	});

	it('says how many wait, and why', () => {
		const items = [entry(), entry(), entry()];

		expect(syncState({ ...fine, isOnline: false, items }).sentence).toContain('3 changes wait');
		expect(syncState({ ...fine, items, hindrance: hindered('UNAUTHORIZED') }).is).toBe('signedOut');
		expect(syncState({ ...fine, items, hindrance: hindered('SERVICE_UNAVAILABLE') })).toMatchObject(
			{
				is: 'waiting',
				word: '3 wait',
				sentence: '3 changes wait. Couldn’t save yet. Not now.'
			}
		);
	});

	it('puts first what is worst: text that is nowhere but here', () => {
		const items = [entry(), refused];

		expect(syncState({ ...fine, isOnline: false, items, unkept: 1 }).is).toBe('unkept');
		expect(syncState({ ...fine, isOnline: false, items }).is).toBe('failed');
	});
});
