import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { mailsTo } from '#tests/support/mails';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { hearAbsence } from './app-absences';

const MINUTE = 60_000;
const DAY = 86_400_000;

beforeEach(async () => {
	await db.alert.deleteMany();
	await db.alertRule.deleteMany();
	await db.statusDay.deleteMany();
	await db.user.deleteMany();
});
afterEach(async () => {
	await drainDeferred();
	vi.restoreAllMocks();
});

/** Noon of yesterday, UTC. */
const noon = Math.floor(Date.now() / DAY) * DAY - DAY / 2;
const downOf = async (component: string) =>
	(await db.statusDay.findMany({ where: { component }, orderBy: { day: 'asc' } })).map(
		({ downSeconds }) => downSeconds
	);

describe('a time in which the app did not answer', () => {
	test('is an alert that was, told once, and down time of what needs the app', async () => {
		const admin = await createAdmin();
		const absence = { fromMs: noon, untilMs: noon + 12 * MINUTE };

		await hearAbsence(absence);
		await hearAbsence(absence);
		await drainDeferred();

		expect(await db.alert.findMany()).toMatchObject([
			{
				...{ rule: 'away', severity: 1, state: 'recovered', says: 'for 12 minutes' },
				...{ since: new Date(noon), recoveredAt: new Date(noon + 12 * MINUTE) }
			}
		]);
		expect((await mailsTo(admin.email)).map(({ subject }) => subject)).toEqual([
			'Over: Coda did not answer'
		]);
		expect(await downOf('app')).toEqual([720]);
		expect(await downOf('ideas')).toEqual([720]);
		expect(await downOf('mail')).toEqual([]);
	});

	test('is one, however many relays tell of it and whatever each of them saw', async () => {
		const admin = await createAdmin();
		const told = (from: number, until: number) =>
			hearAbsence({ fromMs: noon + from * MINUTE, untilMs: noon + until * MINUTE });

		await told(0, 10);
		await told(1, 9);
		await told(-1, 12);
		await told(20, 21);
		await drainDeferred();

		expect(await db.alert.findMany({ orderBy: { since: 'asc' } })).toMatchObject([
			{
				...{ since: new Date(noon - MINUTE), recoveredAt: new Date(noon + 12 * MINUTE) },
				says: 'for 13 minutes'
			},
			{ since: new Date(noon + 20 * MINUTE), says: 'for 1 minute' }
		]);
		expect(await mailsTo(admin.email)).toHaveLength(2);
		expect(await downOf('app')).toEqual([14 * 60]);
	});

	test('is counted on each of its days, and not where somebody watched', async () => {
		const midnight = noon + DAY / 2;
		await db.statusDay.create({
			data: {
				...{
					component: 'app',
					day: new Date(midnight - DAY),
					state: 'up',
					upSeconds: 86_400 - 300
				},
				checkedAt: new Date(midnight - 300_000)
			}
		});

		await hearAbsence({ fromMs: midnight - 10 * MINUTE, untilMs: midnight + 1_000 });

		expect(await downOf('app')).toEqual([300, 1]);
		expect(await downOf('signIn')).toEqual([600, 1]);
	});

	test('is nothing where its rule is off, it was long ago, or it ends before it begins', async () => {
		await hearAbsence({ fromMs: noon - 9 * DAY, untilMs: noon - 8 * DAY });
		await hearAbsence({ fromMs: noon, untilMs: noon - 1 });
		await db.alertRule.create({ data: { key: 'away', isOn: false } });
		await hearAbsence({ fromMs: noon, untilMs: noon + MINUTE });

		expect(await db.alert.count()).toBe(0);
		expect(await db.statusDay.count()).toBe(0);
	});
});
