import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '../db';
import { UNHURRIED } from '../services/batches';
import { insertLogLines } from '../services/log-lines';
import { purgeLogs } from './purge-logs';

const DAY_MS = 86_400_000;
const long = new Date(Date.now() - 120 * DAY_MS);

/** Takes a table away while something is tried. */
async function without<T>(table: string, attempt: () => Promise<T>): Promise<T> {
	await db.$executeRawUnsafe(`ALTER TABLE ${table} RENAME TO ${table}_away`);
	try {
		return await attempt();
	} finally {
		await db.$executeRawUnsafe(`ALTER TABLE ${table}_away RENAME TO ${table}`);
	}
}

const purge = () =>
	purgeLogs({ kind: 'system', task: 'purge-logs', requestId: 'test-clock' }, UNHURRIED);

beforeEach(async () => {
	await db.logLine.deleteMany();
	await db.pageView.deleteMany();
	await insertLogLines([
		{
			...{ at: long, level: 'info', message: 'Old', source: 'app', release: 'abc', route: null },
			...{ requestId: null, userId: null, runId: null, fields: '{}' }
		}
	]);
	await db.pageView.create({ data: { at: long, visitor: 'ada', route: '/', device: 'desktop' } });
});

describe('what cannot be forgotten', () => {
	test('keeps nothing else, and is named', async () => {
		await expect(without('undo_actions', purge)).rejects.toThrow(/undoActions$/);

		expect(await db.logLine.count()).toBe(0);
		expect(await db.pageView.count()).toBe(0);
	});

	test('are views that were not counted, and those alone', async () => {
		await expect(without('view_totals', purge)).rejects.toThrow(/dayTotals$/);

		expect(await db.logLine.count()).toBe(0);
		expect(await db.pageView.count()).toBe(1);
	});
});
