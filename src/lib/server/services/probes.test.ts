import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAdmin, createPerson } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { readSwitches } from '../switches';
import { checkAlerts } from './alert-check';
import { RULES } from './alert-rules';
import { readProbes } from './probe-readings';
import { getStatus } from './status';
import { claimTask } from './task-leases';
import { runDueTasks } from './task-runs';

async function shut(mode: 'read-only' | 'full' | 'off') {
	await db.switch.deleteMany();
	if (mode !== 'off') await db.switch.create({ data: { name: 'maintenance', value: { mode } } });
	await readSwitches();
}

/** Tries of a probe, the oldest first. */
async function tried(probe: string, ...went: boolean[]) {
	for (const [place, isOk] of went.entries()) {
		await db.probeRun.create({
			data: {
				...{ probe, isOk, durationMs: 12, release: 'abc' },
				...(isOk ? {} : { step: 'create', cause: 'no answer in 4000 ms' }),
				at: new Date(Date.now() - (went.length - place) * 60_000)
			}
		});
	}
}

beforeEach(async () => {
	vi.spyOn(console, 'warn').mockReturnValue();
	await shut('off');
	await db.probeRun.deleteMany();
	await db.task.deleteMany();
	await db.alert.deleteMany();
	await db.statusDay.deleteMany();
});
afterEach(async () => {
	await drainDeferred();
	await shut('off');
	vi.restoreAllMocks();
});

describe('“Try now”', () => {
	test('tries one or all, for admins, and stands in the audit', async () => {
		const admin = await createAdmin();
		const { probes } = callerAs(admin);

		expect(await probes.run({ name: 'ideas' })).toMatchObject([{ probe: 'ideas', isOk: true }]);
		expect(await probes.run({})).toMatchObject([
			{ probe: 'signIn', isOk: true },
			{ probe: 'ideas', isOk: true },
			{ probe: 'export', isOk: true },
			{ probe: 'relayEcho', missing: 'There is no relay.' }
		]);

		expect(await db.auditEntry.findMany({ where: { actorId: admin.userId } })).toMatchObject([
			{ action: 'task.run', targetId: 'probe', outcome: 'done' },
			{ action: 'task.run', targetId: 'probe', outcome: 'done' }
		]);
		expect(await db.probeRun.count()).toBe(4);
	});

	test('is not there for anyone else', async () => {
		const { probes } = callerAs({ ...(await createPerson()), role: 'user' });

		await expect(probes.run({})).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await expect(probes.list()).rejects.toMatchObject({ code: 'NOT_FOUND' });
		expect(await db.probeRun.count()).toBe(0);
	});

	test.each(['read-only', 'full'] as const)(
		'rests in maintenance (%s) and says so',
		async (mode) => {
			const { probes } = callerAs(await createAdmin());
			await shut(mode);

			await expect(probes.run({})).rejects.toMatchObject({
				...{ code: 'CONFLICT', message: expect.stringContaining('maintenance') }
			});
			expect(await probes.list()).toMatchObject({ isPaused: true });
			const begun = await runDueTasks('clock', 'test-request');
			expect(begun.map(({ task }) => task)).not.toContain('probe');
			expect(await db.probeRun.count()).toBe(0);
		}
	);

	test('waits for nobody: who comes while another run tries is told', async () => {
		const { probes } = callerAs(await createAdmin());
		const claim = { task: 'probe', trigger: 'tick', leaseSeconds: 60 } as const;
		await claimTask({ ...claim, requestId: 'other', recordSkipped: false });

		await expect(probes.run({})).rejects.toMatchObject({ cause: { reason: 'probe.running' } });

		// The other one was killed: its lease runs out.
		await db.task.updateMany({ data: { leaseExpiresAt: new Date(0) } });
		expect(await probes.run({ name: 'ideas' })).toMatchObject([{ isOk: true }]);
	});
});

test('a run that another has overtaken is no success, however it went', async () => {
	const admin = await createAdmin();
	const { probes } = callerAs(admin);
	await db.$executeRaw`
		CREATE FUNCTION overtake() RETURNS trigger LANGUAGE plpgsql AS
		'BEGIN UPDATE tasks SET lease_run_id = gen_random_uuid() WHERE name = ''probe''; RETURN NEW; END'`;
	await db.$executeRaw`
		CREATE TRIGGER overtaken AFTER INSERT ON probe_runs FOR EACH ROW EXECUTE FUNCTION overtake()`;
	try {
		await expect(probes.run({ name: 'ideas' })).rejects.toMatchObject({
			...{ code: 'CONFLICT', cause: { reason: 'probe.running' } }
		});
	} finally {
		await db.$executeRaw`DROP TRIGGER overtaken ON probe_runs`;
		await db.$executeRaw`DROP FUNCTION overtake`;
	}
});

test('the page has the last try, a day of hours, ninety days, and what failed', async () => {
	await tried('ideas', true, false);
	const { probes } = callerAs(await createAdmin());

	const report = await probes.list();

	const [signIn, ideas] = report.probes;
	expect(signIn).toMatchObject({ name: 'signIn', latest: null });
	expect(ideas).toMatchObject({ latest: { isOk: false, step: 'create' } });
	expect([ideas?.hours.length, ideas?.days.length]).toEqual([24, 90]);
	const sum = (spans: { ok: number; failed: number }[] = []) =>
		(['ok', 'failed'] as const).map((went) => spans.reduce((all, span) => all + span[went], 0));
	expect(sum(ideas?.hours)).toEqual([1, 1]);
	expect(sum(ideas?.days)).toEqual([1, 1]);
	expect(sum(signIn?.days)).toEqual([0, 0]);
	expect(report.failures).toMatchObject([{ probe: 'ideas', cause: 'no answer in 4000 ms' }]);
});

describe('an alert', () => {
	test.each([
		[[false], false, 'once – create: no answer in 4000 ms'],
		[[true, false, false], true, 'twice – create: no answer in 4000 ms'],
		[[false, false, true], false, 'once – create: no answer in 4000 ms'],
		[[true, true], false, 'works']
	])('of tries that went %j is bad: %s', async (went, isBad, says) => {
		await tried('ideas', ...went);

		expect(await readProbes(['ideas'])).toEqual([{ subject: 'Ideas', isBad, says }]);
	});

	test('stays as the last two tries were where nothing is tried any more, and says so', async () => {
		expect(await readProbes(['ideas'])).toMatchObject([
			{ isBad: false, says: 'not tried for a day' }
		]);
		await tried('ideas', false, false);
		await db.$executeRaw`UPDATE probe_runs SET at = at - interval '26 hours'`;

		expect(await readProbes(['ideas'])).toMatchObject([
			{
				isBad: true,
				says: 'not tried for a day, before that twice – create: no answer in 4000 ms'
			}
		]);
	});

	test('is told with its severity, concerns its part, and is over with the next good try', async () => {
		await tried('signIn', false, false);
		await tried('export', false, false);
		const rules = { probe: RULES.probe, 'probe-export': RULES['probe-export'] };
		const parts = async () =>
			Object.fromEntries((await getStatus()).components.map(({ key, state }) => [key, state]));

		await checkAlerts({ rules });

		const firing = { where: { state: 'firing' as const }, orderBy: { severity: 'asc' as const } };
		expect(await db.alert.findMany(firing)).toMatchObject([
			{ rule: 'probe', subject: 'Signing in', severity: 2 },
			{ rule: 'probe-export', subject: 'Export', severity: 3 }
		]);
		expect(await parts()).toMatchObject({ signIn: 'down', ideas: 'degraded', app: 'up' });

		await db.probeRun.updateMany({ data: { at: new Date(Date.now() - 600_000) } });
		await tried('signIn', true);
		await tried('export', true);
		await checkAlerts({ rules });
		expect(await db.alert.count(firing)).toBe(0);
		expect(await parts()).toMatchObject({ signIn: 'up', ideas: 'up' });
	});
});
