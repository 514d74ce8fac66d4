import { describe, expect, test, vi } from 'vitest';
import { defer, drainDeferred } from './defer';

describe('defer', () => {
	test('lets the caller go on and is waited for at the end', async () => {
		const done: string[] = [];
		defer('first', async () => {
			await new Promise((resolve) => setImmediate(resolve));
			done.push('first');
			defer('second', () => Promise.resolve(done.push('second')));
		});

		expect(done).toEqual([]);
		await drainDeferred();

		expect(done).toEqual(['first', 'second']);
	});

	test('logs what fails, and nothing else breaks', async () => {
		const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);

		defer('broken', () => Promise.reject(new Error('no')));
		await drainDeferred();

		expect(String(logged.mock.calls[0]?.[0])).toContain('"work":"broken"');
		logged.mockRestore();
	});
});
