import { expect, test } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { noDurations, placeOf } from '../durations';
import { addRequestTotals } from './request-totals';
import { measureUsage } from './usage';

test('makes one month of what was measured so far', async () => {
	const admin = await createAdmin();
	const durations = noDurations();
	durations[placeOf(150)] = 3_600;
	const tenDaysAgo = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 10 * 86_400_000);
	await addRequestTotals([
		{
			...{ startsAt: tenDaysAgo, source: 'page', method: 'read', route: '/', release: 'abc' },
			...{ requests: 3_600, redirected: 0, refused: 0, failed: 0, errors: 0, durations },
			bytes: 2e9
		},
		{
			...{ startsAt: new Date(tenDaysAgo.valueOf() + 3_600_000), source: 'probe', method: 'read' },
			...{ route: '/healthz', release: 'abc', requests: 60, redirected: 0, refused: 0, failed: 0 },
			...{ errors: 0, bytes: 0, durations: noDurations() }
		}
	]);

	const { usage, days } = await measureUsage(admin);

	expect(days).toBeCloseTo(10, 1);
	expect(usage.requests).toBeCloseTo(10_800, -2);
	expect(usage.outGb).toBeCloseTo(6, 1);
	// Each took between 100 and 150 ms.
	expect(usage.functionHours).toBeCloseTo(0.375, 2);
	// Five minutes of it; a question of whether Coda is there wakes nothing.
	expect(usage.databaseAwakeHours).toBeCloseTo(0.25, 2);
	expect(usage.databaseGb).toBeGreaterThan(0.005);
	expect(usage.relayHours).toBe(0);
});

test('says so where nothing was measured yet', async () => {
	const { usage, days } = await measureUsage(await createAdmin());

	expect(days).toBeLessThanOrEqual(30);
	expect(Object.values(usage).every(Number.isFinite)).toBe(true);
});
