import { expect, test, vi } from 'vitest';
import { load } from '../../routes/(public)/status/+page.server';
import { db } from './db';

test('caches keep the status page when it was read, and no error', async () => {
	const setHeaders = vi.fn();
	const event = { setHeaders } as unknown as Parameters<typeof load>[0];
	await db.$executeRaw`ALTER TABLE status_days RENAME TO status_days_gone`;
	try {
		await expect(load(event)).rejects.toThrow();
		expect(setHeaders).not.toHaveBeenCalled();
	} finally {
		await db.$executeRaw`ALTER TABLE status_days_gone RENAME TO status_days`;
	}

	await load(event);

	expect(setHeaders).toHaveBeenCalledOnce();
});
