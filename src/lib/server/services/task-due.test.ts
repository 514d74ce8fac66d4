import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { holding, name, request, row, runs } from '#tests/support/task-runs';
import { db } from '../db';
import { env } from '../env';
import { readSwitches } from '../switches';
import { TASKS, type TaskName } from '../tasks';
import { runDueTasks, runTask, startTask } from './task-runs';
import { listDownTasks } from './tasks';

/** Shuts Coda, or opens it, as another process does: this one has to read it. */
async function shut(mode: 'read-only' | 'off') {
	await db.switch.deleteMany();
	if (mode !== 'off') await db.switch.create({ data: { name: 'maintenance', value: { mode } } });
}

beforeEach(async () => {
	await shut('off');
	await readSwitches();
	await db.task.deleteMany();
	await db.taskRun.deleteMany();
});

afterEach(() => {
	vi.restoreAllMocks();
	env().VERCEL = undefined;
});

describe('maintenance', () => {
	test('that begins during a run ends it at its next batch; the rest is due afterwards', async () => {
		const { gates, task, began } = holding();
		const running = runTask(request, task);
		await began(1);
		expect(gates[0]?.work.hasTime()).toBe(true);

		await shut('read-only');

		// Nobody else asks: the run itself sees to it that the switch is read.
		await vi.waitUntil(() => gates[0]?.work.hasTime() === false, { timeout: 8_000 });
		gates[0]?.release({ deleted: 1, counts: { runs: 1 }, more: true });
		expect(await running).toMatchObject({ state: 'succeeded', more: true });
		expect(await runDueTasks('clock', 'test-request')).toEqual([]);

		await shut('off');
		await readSwitches();
		expect(await runDueTasks('clock', 'test-request')).toMatchObject([{ task: name }]);
	}, 15_000);

	test('refuses “Run now” in words, and nothing is begun', async () => {
		const admin = await createAdmin();
		await shut('read-only');
		await readSwitches();

		await expect(startTask(admin, { name })).rejects.toMatchObject({
			...{ code: 'CONFLICT', cause: { reason: 'task.paused' } },
			message: expect.stringContaining('maintenance')
		});
		expect(await runs()).toEqual([]);
	});

	test('does not make a task that it holds back look down, but one that failed', async () => {
		const long = { firstSeenAt: new Date(0), lastStartedAt: new Date(0) };
		await db.task.createMany({
			data: [
				{ name, ...long },
				{ name: 'rotate-salt', ...long, failures: 1 }
			]
		});
		expect(await listDownTasks()).toContain(name);

		await shut('read-only');
		await readSwitches();

		expect(await listDownTasks()).toEqual(['rotate-salt']);
	});
});

describe('a clock that jumps', () => {
	test('back by a day does not keep the clock from starting a task', async () => {
		await db.$executeRaw`
			INSERT INTO tasks (name, first_seen_at, lease_run_id, lease_expires_at, last_started_at)
			VALUES (${name}, now(), gen_random_uuid(), now() + interval '1 day', now() + interval '1 day')`;

		expect(await runDueTasks('clock', 'test-request')).toMatchObject([
			{ task: name, state: 'succeeded' }
		]);
	});

	test('back by a day does not lock a task for a day', async () => {
		await db.$executeRaw`
			INSERT INTO tasks (name, lease_run_id, lease_expires_at, last_started_at)
			VALUES (${name}, gen_random_uuid(), now() + interval '1 day', now() + interval '1 day')`;

		expect(await runTask(request)).toMatchObject({ state: 'succeeded' });
		expect((await row()).lastStartedAt?.valueOf()).toBeLessThan(Date.now() + 3_600_000);
	});

	test('of the process is not asked: the database says what time it is', async () => {
		vi.useFakeTimers({ toFake: ['Date'], now: new Date('2001-01-01') });
		try {
			await runTask(request);
		} finally {
			vi.useRealTimers();
		}

		const [run] = await runs();
		expect(run?.startedAt.getUTCFullYear()).toBeGreaterThan(2020);
		expect(run?.finishedAt?.getUTCFullYear()).toBeGreaterThan(2020);
	});
});

describe('runDueTasks', () => {
	test('begins several that are due in one call, and none again', async () => {
		const due: TaskName[] = ['purge-sessions', 'rotate-salt'];
		await db.task.createMany({
			data: due.map((name) => ({ name, firstSeenAt: new Date(0), lastStartedAt: new Date(0) }))
		});

		const first = await runDueTasks('tick', 'test-request');
		const second = await runDueTasks('tick', 'test-request');

		expect(first.map(({ task }) => task).toSorted()).toEqual(due);
		expect(second).toEqual([]);
	});

	test('goes by the table on Vercel as well, where the plan itself calls once a day', async () => {
		env().VERCEL = '1';
		await db.$executeRaw`
			INSERT INTO tasks (name, last_started_at) VALUES ('seal-audit', now() - interval '2 minutes')`;

		const begun = await runDueTasks('tick', 'test-request');

		expect(begun).toMatchObject([{ task: 'seal-audit', state: 'succeeded' }]);
	});

	test('lets a task that was just seen for the first time wait for its time', async () => {
		expect(await runDueTasks('clock', 'test-request')).toEqual([]);
		expect(await db.task.count()).toBe(Object.keys(TASKS).length);
	});
});
