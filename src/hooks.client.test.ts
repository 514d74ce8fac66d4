import { expect, test, vi } from 'vitest';

test('errors are told of no more once what tells of them cannot be loaded', async () => {
	let loads = 0;
	const listeners = new Map<string, (event: object) => void>();
	vi.stubGlobal('addEventListener', (kind: string, listener: (event: object) => void) =>
		listeners.set(kind, listener)
	);
	// As where the network is away, or another build has taken its file away.
	vi.doMock('$lib/state/error-report', () => {
		loads += 1;
		throw new TypeError('Failed to fetch dynamically imported module');
	});
	const rejected = vi.fn();
	process.on('unhandledRejection', rejected);
	await import('./hooks.client');

	listeners.get('error')?.({ error: new Error('First') });
	await expect.poll(() => loads).toBe(1);
	await vi.dynamicImportSettled();
	listeners.get('unhandledrejection')?.({ reason: new Error('Second') });
	await vi.dynamicImportSettled();

	expect(loads).toBe(1);
	expect(rejected).not.toHaveBeenCalled();
});
