import { expect, test, vi } from 'vitest';
import { startClock } from './clock';
import { db } from './db';
import { drainDeferred } from './defer';
import { TASK_NAMES } from './tasks';

test('a clock that is stopped begins nothing more, and its look is waited for', async () => {
	const log = vi.spyOn(console, 'error');
	const stop = startClock();
	stop();

	await drainDeferred();

	// It got as far as the table of tasks.
	expect(await db.task.count()).toBe(TASK_NAMES.length);
	expect(await db.task.count({ where: { lastStartedAt: { not: null } } })).toBe(0);
	expect(log).not.toHaveBeenCalled();
});
