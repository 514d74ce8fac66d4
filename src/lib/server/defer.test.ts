import { afterEach, describe, expect, test, vi } from 'vitest';
import { defer, deferFor, drainDeferred } from './defer';
import { env } from './env';
import { startMeasures, type Measures } from './measures';

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

describe('how long deferred work takes', () => {
	afterEach(() => {
		startMeasures(undefined);
		env().VERCEL = undefined;
	});

	test.each([undefined, '1'])('leaves out what it waits for (VERCEL %s)', async (vercel) => {
		env().VERCEL = vercel as never;
		const took: Record<string, number> = {};
		startMeasures({
			deferred: (work: string, outcome: string, ms: number) => (took[`${work} ${outcome}`] = ms)
		} as unknown as Measures);

		await new Promise<void>((resolve) => {
			deferFor('gathered', 150, () => Promise.resolve(resolve()));
			defer(
				'waiting',
				() => Promise.resolve(),
				() => new Promise((go) => setTimeout(go, 150))
			);
		});
		await drainDeferred();
		await vi.waitFor(() => expect(Object.keys(took)).toHaveLength(2));

		expect(Object.keys(took).sort()).toEqual(['gathered done', 'waiting done']);
		for (const ms of Object.values(took)) expect(ms).toBeLessThan(100);
	});
});
