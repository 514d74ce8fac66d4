import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { doing, holding, name, request, row, runs } from '#tests/support/task-runs';
import { db } from '../db';
import { requestContext } from '../request-context';
import type { TaskResult } from '../tasks/task';
import { finishRun, renewLease } from './task-leases';
import { runDueTasks, runTask, startTask } from './task-runs';
import { listRuns, listTasks } from './tasks';

beforeEach(async () => {
	await db.task.deleteMany();
	await db.taskRun.deleteMany();
});

afterEach(() => {
	vi.restoreAllMocks();
});

describe('a run', () => {
	test('leaves who began it, when, what it did and under which request', async () => {
		const outcome = await runTask(
			request,
			doing(async () => ({ deleted: 3, counts: { runs: 3 } }))
		);

		expect(outcome).toMatchObject({ state: 'succeeded', deleted: 3, counts: { runs: 3 } });
		const [run] = await runs();
		expect(run).toMatchObject({
			...{ id: outcome.runId, state: 'succeeded', trigger: 'manual' },
			...{ counts: { runs: 3 }, error: null, requestId: 'test-request' }
		});
		expect(run?.finishedAt?.valueOf()).toBeGreaterThanOrEqual(run?.startedAt.valueOf() ?? NaN);
		expect(await row()).toMatchObject({ leaseRunId: null, leaseExpiresAt: null, failures: 0 });
	});

	test('has its id in whatever is logged during it', async () => {
		const seen: unknown[] = [];
		const task = doing(async () => {
			seen.push(requestContext());
			return { deleted: 0, counts: {} };
		});

		const { runId } = await runTask(request, task);

		expect(seen).toMatchObject([{ runId, requestId: 'test-request' }]);
	});

	test('that fails says why in a line, without secrets, and counts', async () => {
		vi.spyOn(console, 'error').mockReturnValue();
		const task = doing(async () => {
			throw new TypeError('cannot reach\n postgresql://coda:hunter2@db/coda');
		});

		await runTask(request, task);
		const outcome = await runTask(request, task);

		expect(outcome.state).toBe('failed');
		expect((await runs()).at(-1)).toMatchObject({
			state: 'failed',
			error: 'TypeError: cannot reach postgresql://[redacted]@db/coda'
		});
		expect(await row()).toMatchObject({ failures: 2, lastSuccessAt: null, leaseRunId: null });
	});

	test('that succeeds after failures is well again', async () => {
		vi.spyOn(console, 'error').mockReturnValue();
		await runTask(
			request,
			doing(() => Promise.reject(new Error('once')))
		);

		await runTask(request);

		expect(await row()).toMatchObject({ failures: 0 });
	});
});

describe('two runs at the same time', () => {
	test.each([2, 20])('of %i calls one runs, and the others are skipped', async (calls) => {
		const { gates, task, began } = holding();
		const all = Promise.all(Array.from({ length: calls }, () => runTask(request, task)));
		await began(1);
		await vi.waitUntil(async () => (await runs()).length === calls);
		gates[0]?.release();

		const states = (await all).map(({ state }) => state).toSorted();

		expect(states).toEqual([...Array<string>(calls - 1).fill('skipped'), 'succeeded']);
		expect(gates).toHaveLength(1);
		expect((await runs()).filter(({ state }) => state === 'skipped')).toHaveLength(calls - 1);
	});

	test('twenty that find it due begin it once, and nobody writes that it was skipped', async () => {
		await db.task.create({ data: { name, firstSeenAt: new Date(0), lastStartedAt: new Date(0) } });

		await Promise.all(Array.from({ length: 20 }, () => runDueTasks('clock', 'test-request')));

		expect(await runs()).toMatchObject([{ state: 'succeeded', trigger: 'clock' }]);
	});
});

describe('a run whose process died', () => {
	/** What a killed process leaves: a lease, and a run that never ended. */
	async function leaveBehind(leaseSeconds: number) {
		const id = '019abcde-0000-7000-8000-000000000001';
		await db.$executeRaw`
			INSERT INTO tasks (name, lease_run_id, lease_expires_at, last_started_at)
			VALUES (${name}, ${id}::uuid, now() + make_interval(secs => ${leaseSeconds}), now() - interval '1 minute')`;
		await db.taskRun.create({ data: { id, task: name, trigger: 'clock' } });
		return id;
	}

	test('keeps others out while its lease lasts', async () => {
		await leaveBehind(30);

		expect(await runTask(request)).toMatchObject({ state: 'skipped' });
		expect(await runDueTasks('tick', 'test-request')).toEqual([]);
	});

	test('is found lost by the next, which does the work', async () => {
		const lost = await leaveBehind(-1);

		const outcome = await runTask(request);

		expect(outcome.state).toBe('succeeded');
		const found = await db.taskRun.findUniqueOrThrow({ where: { id: lost } });
		expect(found).toMatchObject({ state: 'lost', error: expect.stringContaining('process') });
		expect(found.finishedAt).not.toBeNull();
	});

	test('is due at once, whatever the schedule says', async () => {
		await leaveBehind(-1);

		const begun = await runDueTasks('tick', 'test-request');

		expect(begun).toMatchObject([{ task: name, state: 'succeeded' }]);
	});
});

describe('a run that was overtaken', () => {
	test('cannot renew, stops, and writes nothing over the newer one', async () => {
		vi.spyOn(console, 'warn').mockReturnValue();
		const { gates, task, began } = holding();
		const slow = runTask(request, task);
		await began(1);
		await db.$executeRaw`UPDATE tasks SET lease_expires_at = now() - interval '1 second'`;
		const newer = runTask(request, task);
		await began(2);
		const [first, second] = (await runs()).map(({ id }) => id);

		expect(await renewLease({ task: name, leaseSeconds: 60 }, first ?? '')).toBe(false);
		gates[0]?.release({ deleted: 99, counts: { runs: 99 } });
		expect(await slow).toMatchObject({ state: 'lost' });
		expect(await row()).toMatchObject({ leaseRunId: second, lastFinishedAt: null });
		gates[1]?.release({ deleted: 1, counts: { runs: 1 } });

		expect(await newer).toMatchObject({ state: 'succeeded' });
		expect(await runs()).toMatchObject([
			{ id: first, state: 'lost', counts: null },
			{ id: second, state: 'succeeded', counts: { runs: 1 } }
		]);
	});

	test('learns of it by the renewal, so that it ends at its next batch', async () => {
		vi.spyOn(console, 'warn').mockReturnValue();
		const { gates, task, began } = holding({ leaseSeconds: 0.3 });
		const slow = runTask(request, task);
		await began(1);
		expect(gates[0]?.work.hasTime()).toBe(true);

		await db.$executeRaw`UPDATE tasks SET lease_run_id = gen_random_uuid()`;

		await vi.waitUntil(() => gates[0]?.work.hasTime() === false);
		gates[0]?.release();
		expect(await slow).toMatchObject({ state: 'lost' });
	});

	test('would not have been while it lived: it renews its lease again and again', async () => {
		const { gates, task, began } = holding({ leaseSeconds: 0.6 });
		const slow = runTask(request, task);
		await began(1);
		const first = (await row()).leaseExpiresAt ?? new Date();

		// Twice the lease from its beginning, by the database's clock.
		await vi.waitUntil(
			async () => {
				const [now] = await db.$queryRaw<{ now: Date }[]>`SELECT now()`;
				return now && now.now.valueOf() > first.valueOf() + 600;
			},
			{ timeout: 5_000 }
		);

		expect(await runTask(request, task)).toMatchObject({ state: 'skipped' });
		gates[0]?.release();
		expect(await slow).toMatchObject({ state: 'succeeded' });
	});

	test('still counts when its lease ran out and nobody came', async () => {
		const { gates, task, began } = holding();
		const slow = runTask(request, task);
		await began(1);
		await db.$executeRaw`UPDATE tasks SET lease_expires_at = now() - interval '1 second'`;

		gates[0]?.release();

		expect(await slow).toMatchObject({ state: 'succeeded' });
	});
});

describe('a run that is out of time', () => {
	test('is also one whose process is about to end', async () => {
		const stopping = new AbortController();
		const { gates, task, began } = holding();
		const run = runTask({ ...request, signal: stopping.signal }, task);
		await began(1);

		const before = gates[0]?.work.hasTime();
		stopping.abort();
		const after = gates[0]?.work.hasTime();
		gates[0]?.release();
		await run;

		expect([before, after]).toEqual([true, false]);
	});

	test('says that there is more, and is due again at once', async () => {
		const task = doing(async (work) => ({
			...{ deleted: 1, counts: { runs: 1 }, more: !work.hasTime() }
		}));

		const first = await runTask({ ...request, budgetMs: 0 }, task);
		const listed = (await listTasks({ kind: 'system', task: name, requestId: 'test' })).find(
			(one) => one.name === name
		);
		const [next] = await runDueTasks('tick', 'test-request', { budgetMs: 50_000 });

		expect(first).toMatchObject({ state: 'succeeded', more: true });
		expect(listed).toMatchObject({ state: 'up', isRunning: false });
		expect(next).toMatchObject({ state: 'succeeded', more: false });
		expect(await runs()).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }]);
	});
});

describe('a quiet task', () => {
	const quietRuns = () => db.taskRun.findMany({ where: { task: 'send-outbox' } });
	const quietly = { ...request, task: 'send-outbox', trigger: 'clock' } as const;

	test('leaves no row when there was nothing to do, and still counts as run', async () => {
		const task = doing(async () => ({ deleted: 0, counts: { sent: 0, failed: 0 } }), {
			isQuiet: true
		});

		await runTask(quietly, task);

		expect(await quietRuns()).toEqual([]);
		expect((await row('send-outbox')).lastSuccessAt).not.toBeNull();
	});

	test('leaves a row when it did something, failed, or was asked for', async () => {
		vi.spyOn(console, 'error').mockReturnValue();
		const quiet = (run: () => Promise<TaskResult>) => doing(run, { isQuiet: true });
		await runTask(
			quietly,
			quiet(async () => ({ deleted: 0, counts: { sent: 1 } }))
		);
		await runTask(
			quietly,
			quiet(() => Promise.reject(new Error('no')))
		);

		await runTask(
			{ ...quietly, trigger: 'manual' },
			quiet(async () => ({ deleted: 0, counts: {} }))
		);

		const states = (await quietRuns()).map(({ state }) => state);
		expect(states.toSorted()).toEqual(['failed', 'succeeded', 'succeeded']);
	});
});

describe('startTask', () => {
	test('writes who pressed into the run and into the audit', async () => {
		const admin = await createAdmin();

		const started = await startTask(admin, { name });

		expect(started).toMatchObject({ task: name, state: 'succeeded' });
		expect(await runs()).toMatchObject([{ startedBy: admin.userId, trigger: 'manual' }]);
		const entries = await db.auditEntry.findMany({ where: { actorId: admin.userId } });
		expect(entries).toMatchObject([{ action: 'task.run', targetId: name, outcome: 'done' }]);
	});

	test('knows only the tasks of the table', async () => {
		await expect(startTask(await createAdmin(), { name: 'constructor' })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
	});
});

describe('the history', () => {
	test('is listed newest first, by task and by state', async () => {
		const admin = await createAdmin();
		await startTask(admin, { name });
		await startTask(admin, { name: 'rotate-salt' });

		expect(await listRuns(admin, {})).toMatchObject([{ task: 'rotate-salt' }, { task: name }]);
		expect(await listRuns(admin, { task: name })).toMatchObject([
			{ task: name, counts: { runs: 0 } }
		]);
		expect(await listRuns(admin, { state: 'failed' })).toEqual([]);
	});

	test('shows a task by its last run that was not skipped', async () => {
		const admin = await createAdmin();
		const { runId } = await startTask(admin, { name });
		await db.taskRun.create({
			data: { task: name, trigger: 'vercel', state: 'skipped', finishedAt: new Date() }
		});

		const listed = (await listTasks(admin)).find((one) => one.name === name);

		expect(listed).toMatchObject({ state: 'up', lastRun: { id: runId } });
	});
});

test('the end of a run that nobody began changes nothing', async () => {
	const ending = { succeeded: true, keep: true };

	expect(await finishRun(name, '019abcde-0000-7000-8000-000000000009', ending)).toBe(false);
});
