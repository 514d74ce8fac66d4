import { beforeAll, expect, test } from 'vitest';
import { db } from '$lib/server/db';
import { listFiring } from '$lib/server/services/alerts';
import { getIncident } from '$lib/server/services/incidents';
import { seedOperations } from '../../scripts/seed/operations';
import { startProgram } from '#tests/support/program';

const ADMIN = { kind: 'person', userId: '', requestId: 'seed' } as const;

/** How many rows each kind of page reads. */
const counts = async () => ({
	traffic: await db.requestTotal.count(),
	views: await db.pageView.count(),
	vitals: await db.webVital.count(),
	lab: await db.labRun.count(),
	errors: await db.errorGroup.count(),
	events: await db.errorEvent.count(),
	lines: await db.logLine.count(),
	runs: await db.taskRun.count(),
	probes: await db.probeRun.count(),
	failures: await db.probeRun.count({ where: { isOk: false } }),
	alerts: await db.alert.count(),
	incidents: await db.incident.count(),
	entries: await db.incidentEntry.count(),
	messages: await db.outboxMessage.count(),
	statements: await db.statementTime.count(),
	days: await db.statusDay.count(),
	people: await db.user.count(),
	problems: await db.problemReport.count(),
	audit: await db.auditEntry.count()
});

beforeAll(() => seedOperations(process.env.DATABASE_URL ?? ''), 120_000);

test('the pages of operators are full after it, and as full after a second time', async () => {
	const once = await counts();

	await seedOperations(process.env.DATABASE_URL ?? '');

	expect(Object.entries(once).filter(([, rows]) => rows === 0)).toEqual([]);
	// The minute, the hour or the day may have changed in between.
	const { traffic, statements, days, ...same } = once;
	const again = await counts();
	expect(again).toMatchObject(same);
	expect(Math.abs(again.traffic - traffic) / traffic).toBeLessThan(0.01);
	expect(again.statements).toBeGreaterThanOrEqual(statements);
	expect(again.days).toBeGreaterThanOrEqual(days);
}, 120_000);

test('what fires is told from the gravest on, with what to do first, and on its incident as well', async () => {
	const firing = await listFiring(ADMIN);

	expect(firing.map(({ severity }) => severity)).toEqual([1, 2, 2, 3]);
	expect(firing.map(({ rule }) => rule)).not.toContain('slow');
	expect(firing[0]).toMatchObject({
		rule: 'errors',
		firstStep: expect.stringMatching(/routes fail/)
	});
	const incident = await getIncident(ADMIN, { id: firing[0]?.incident?.id ?? '' });
	expect(incident.alerts).toMatchObject([
		{ severity: 1, href: '/admin', firstStep: firing[0]?.firstStep }
	]);
});

test('nothing is made up in a database of which nobody said that it is for that', async () => {
	const before = await counts();
	const seed = (tier: string) =>
		startProgram('scripts/db-seed.ts', ['--operations', '--yes'], {
			env: { ...process.env, CODA_TIER: tier, VERCEL_ENV: '' }
		});

	for (const tier of ['', 'preview', 'production']) {
		const program = seed(tier);
		expect([await program.ended, program.output()]).toEqual([
			2,
			expect.stringMatching(/--operations makes up/)
		]);
	}
	expect(await counts()).toEqual(before);
}, 120_000);
