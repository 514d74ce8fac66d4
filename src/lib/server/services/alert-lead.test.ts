import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { checkAlerts } from './alert-check';
import { RULES, type Reading } from './alert-rules';

const begin = new Date('2026-11-26T12:00:00Z');
const [older, newer] = [new Date('2026-11-20T10:00:00Z'), new Date('2026-11-25T10:00:00Z')];
const at = (minutes: number, builtAt: Date) => ({
	at: new Date(begin.valueOf() + minutes * 60_000),
	builtAt
});

/** A rule that says at once what it reads. */
const ruleThat = (read: () => Promise<Reading[]>) => ({
	...{ ...RULES.connections, windowSeconds: 0, clearSeconds: 0 },
	read
});
const bad = async () => [{ isBad: true, says: '90 of 100 in use' }];
const good = async () => [{ isBad: false, says: '9 of 100 in use' }];
const about = async (...subjects: string[]) =>
	subjects.map((subject) => ({ subject, isBad: true, says: 'bad' }));

/** What both have. */
const reads = (read: () => Promise<Reading[]>) => ({ connections: ruleThat(read) });
/** A rule that one release has and the other has not. */
const unknown = { 'of-one-release': ruleThat(bad) };

const open = () =>
	db.alert.findMany({ where: { state: { not: 'recovered' } }, orderBy: { rule: 'asc' } });
const told = () => db.outboxMessage.count({ where: { template: 'alert' } });

beforeEach(async () => {
	vi.spyOn(console, 'warn').mockReturnValue();
	await db.alert.deleteMany();
	await db.alertRule.deleteMany();
	await db.alertChecker.deleteMany();
	await db.incident.deleteMany();
	await db.outboxMessage.deleteMany();
	await db.user.deleteMany();
	await createAdmin();
});

afterEach(async () => {
	await drainDeferred();
	vi.restoreAllMocks();
});

describe('two releases side by side', () => {
	test('that take turns end nothing of what the newer one alone knows', async () => {
		const its = reads(() => about('both', 'of the newer'));
		for (const minutes of [0, 1, 2]) {
			await checkAlerts({ rules: { ...its, ...unknown }, ...at(minutes, newer) });
			await checkAlerts({ rules: reads(() => about('both')), ...at(minutes + 0.5, older) });
		}

		expect(await db.alert.findMany()).toMatchObject(Array(3).fill({ state: 'firing', times: 1 }));
		expect(await told()).toBe(3);
	});

	test('that take turns open nothing that only the older one finds bad', async () => {
		const results = [];
		for (const minutes of [0, 1, 2]) {
			await checkAlerts({ rules: reads(good), ...at(minutes, newer) });
			results.push(await checkAlerts({ rules: reads(bad), ...at(minutes + 0.5, older) }));
		}

		expect(results).toMatchObject(Array(3).fill({ fired: 0, left: 1 }));
		expect(await db.alert.count()).toBe(0);
		expect(await db.alertRule.findMany()).toMatchObject([{ readings: await good() }]);
	});

	test('begin with what the older one found, which the newer may end', async () => {
		await checkAlerts({ rules: { ...reads(bad), ...unknown }, ...at(0, older) });

		const { recovered } = await checkAlerts({ rules: reads(good), ...at(1, newer) });

		expect(recovered).toBe(1);
		expect(await open()).toEqual([]);
	});

	test('are one again when the newer does not look any more, and what it found is kept for an hour', async () => {
		await checkAlerts({ rules: { ...reads(good), ...unknown }, ...at(0, newer) });

		const results = [];
		for (const minutes of [1, 3, 30]) {
			results.push(await checkAlerts({ rules: reads(bad), ...at(minutes, older) }));
		}
		const still = await open();
		await checkAlerts({ rules: reads(good), ...at(62, older) });

		expect(results).toMatchObject([{ left: 1 }, { fired: 1, left: 0 }, { fired: 0, left: 0 }]);
		expect(still.map(({ rule }) => rule)).toEqual(['connections', 'of-one-release']);
		expect(await open()).toEqual([]);
	});
});
