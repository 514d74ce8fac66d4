import { beforeEach, expect, test } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { db } from '../db';
import { noDurations, placeOf } from '../durations';
import { noteRelease } from './releases';
import { addRequestTotals, type RequestTotalRow } from './request-totals';
import { getGlance } from './glance';
import { getTraffic } from './traffic';

const MINUTE = 60_000;

async function answered(
	minutesAgo: number,
	given: Partial<RequestTotalRow> & { ms?: number } = {}
) {
	const { ms = 40, requests = 10, ...rest } = given;
	const durations = noDurations();
	durations[placeOf(ms)] = requests;
	await addRequestTotals([
		{
			startsAt: new Date(Math.floor(Date.now() / MINUTE - minutesAgo) * MINUTE),
			...{ source: 'page', method: 'read', route: '/', release: 'development', durations },
			...{ requests, redirected: 0, refused: 0, failed: 0, errors: 0, bytes: 0, ...rest }
		}
	]);
}

beforeEach(async () => {
	await db.requestTotal.deleteMany();
	await db.release.deleteMany();
});

test('draws a figure for each minute, with nothing where nobody asked', async () => {
	const admin = await createAdmin();
	await answered(3, { requests: 120, errors: 12 });

	const { points, total } = await getTraffic(admin, { range: 'hour' });

	expect(points).toHaveLength(60);
	expect(total).toMatchObject({ requests: 120, errors: 12 });
	const busy = points.filter(({ requestsPerSecond }) => requestsPerSecond > 0);
	expect(busy).toMatchObject([{ requestsPerSecond: 2, errorShare: 0.1 }]);
	expect(busy[0]?.p95Ms).toBeGreaterThan(35);
	expect(points[0]).toMatchObject({ requestsPerSecond: 0, errorShare: null, p95Ms: null });
});

test.each([
	['day', 96],
	['week', 84]
] as const)('a %s has %d figures, of rows of any length', async (range, figures) => {
	const admin = await createAdmin();
	await answered(30, { requests: 7 });
	await answered(20 * 60, { requests: 5 });
	await db.$executeRaw`UPDATE request_totals SET step = 'hour' WHERE requests = 5`;

	const { points, total } = await getTraffic(admin, { range });

	expect(points).toHaveLength(figures);
	expect(total.requests).toBe(12);
});

test('says which routes are slow, fail, and send much', async () => {
	const admin = await createAdmin();
	await answered(2, { route: '/(app)/ideas', bytes: 5_000 });
	await answered(2, {
		route: 'ideas.create',
		source: 'call',
		method: 'write',
		ms: 2_500,
		errors: 3
	});
	await answered(2, { route: 'rare', source: 'call', requests: 1, ms: 20_000 });
	await answered(2, { route: '/healthz', source: 'probe', ms: 9_000 });
	await answered(2, { route: 'overview.get', source: 'operation', ms: 9_000 });

	const { slowest, failing, heaviest } = await getTraffic(admin, { range: 'hour' });

	expect(slowest.map(({ route }) => route)).toEqual(['ideas.create', '/(app)/ideas']);
	expect(failing).toMatchObject([{ route: 'ideas.create', errors: 3, requests: 10 }]);
	expect(heaviest).toMatchObject([{ route: '/(app)/ideas', bytes: 5_000 }]);
});

test('says of each release how much of it went wrong, and which one was there before', async () => {
	const admin = await createAdmin();
	await db.release.create({
		data: { commit: 'before', version: '0.2.0', builtAt: new Date(), lastStartedAt: new Date(0) }
	});
	await noteRelease();
	await noteRelease();
	await answered(2, { errors: 1 });
	await answered(9, { release: 'before', errors: 5 });

	const { releases } = await getTraffic(admin, { range: 'hour' });
	const { release, traffic, online, relay, levels } = await getGlance(admin);

	expect(releases).toMatchObject([
		{ commit: 'development', errorShare: 0.1 },
		{ commit: 'before', errorShare: 0.5 }
	]);
	expect(release.previous?.commit).toBe('before');
	expect(release.current?.commit).toBe('development');
	expect(traffic.errorShare).toBeCloseTo(0.1);
	expect(traffic.requestsPerSecond).toBeGreaterThan(10 / 361);
	expect(online).toEqual({ people: 0, runners: 0 });
	expect(relay).toEqual({ state: 'absent' });
	expect(levels.map(({ name }) => name)).toEqual(['availability', 'speed', 'saves']);
});
