import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { mailsTo } from '#tests/support/mails';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { runTask } from './task-runs';
import { checkAlerts } from './alert-check';
import { RULES, type Reading, type Rule } from './alert-rules';
import { doing, request } from '#tests/support/task-runs';

const MINUTE = 60_000;

beforeEach(async () => {
	vi.spyOn(console, 'warn').mockReturnValue();
	await db.alert.deleteMany();
	await db.alertRule.deleteMany();
	await db.alertChecker.deleteMany();
	await db.quietHours.deleteMany();
	await db.incident.deleteMany();
	await db.outboxMessage.deleteMany();
	await db.user.deleteMany();
});

afterEach(async () => {
	await drainDeferred();
	vi.restoreAllMocks();
});

const begin = new Date('2026-11-26T12:00:00Z');
const after = (minutes: number) => new Date(begin.valueOf() + minutes * MINUTE);

/** One rule of a kind, which reads whatever the test says. */
function ruleThat(read: () => Promise<Reading[]>, given: Partial<Rule> = {}) {
	const rule: Rule = {
		...RULES.connections,
		windowSeconds: 120,
		clearSeconds: 120,
		read,
		...given
	};
	return { connections: rule };
}

const bad = async () => [{ isBad: true, says: '90 of 100 in use' }];
const good = async () => [{ isBad: false, says: '9 of 100 in use' }];

const open = () =>
	db.alert.findMany({ where: { state: { not: 'recovered' } }, orderBy: { rule: 'asc' } });

describe('an alert', () => {
	test('is told once when it has held for its window, and once when it is over', async () => {
		const admin = await createAdmin();

		await checkAlerts({ rules: ruleThat(bad), at: begin });
		expect(await open()).toMatchObject([{ state: 'pending', toldAt: null }]);
		const results = [];
		for (const minutes of [1, 2, 3, 4]) {
			results.push(await checkAlerts({ rules: ruleThat(bad), at: after(minutes) }));
		}
		expect(results.map(({ fired }) => fired)).toEqual([0, 1, 0, 0]);
		for (const minutes of [5, 6, 7, 8]) {
			results.push(await checkAlerts({ rules: ruleThat(good), at: after(minutes) }));
		}
		expect(results.map(({ recovered }) => recovered)).toEqual([0, 0, 0, 0, 0, 0, 1, 0]);

		await drainDeferred();
		const subjects = (await mailsTo(admin.email)).map(({ subject }) => subject);
		expect(subjects.toSorted()).toEqual([
			'Over: The database runs out of connections',
			'Severity 2: The database runs out of connections'
		]);
	});

	test('that does not hold for its window is never told', async () => {
		await createAdmin();

		await checkAlerts({ rules: ruleThat(bad), at: begin });
		await checkAlerts({ rules: ruleThat(good), at: after(1) });
		await checkAlerts({ rules: ruleThat(bad), at: after(2) });
		await checkAlerts({ rules: ruleThat(bad), at: after(3) });

		expect(await open()).toMatchObject([{ state: 'pending' }]);
		expect(await db.outboxMessage.count()).toBe(0);
	});

	test('that comes and goes is one, counted, with one word at its end', async () => {
		await createAdmin();
		const rules = { bad: ruleThat(bad), good: ruleThat(good) };

		for (let minutes = 0; minutes < 3; minutes += 1) {
			await checkAlerts({ rules: rules.bad, at: after(minutes) });
		}
		for (const minutes of [3, 5, 7]) {
			await checkAlerts({ rules: rules.good, at: after(minutes) });
			await checkAlerts({ rules: rules.bad, at: after(minutes + 1) });
		}
		for (const minutes of [9, 10, 11, 12]) {
			await checkAlerts({ rules: rules.good, at: after(minutes) });
		}

		expect(await db.alert.findMany()).toMatchObject([{ state: 'recovered', times: 4 }]);
		expect(await db.outboxMessage.count({ where: { template: 'alert' } })).toBe(2);
	});

	test('that became graver while nobody is woken is still told to be over', async () => {
		await createAdmin();
		const reads = (severity: number, isBad = true) =>
			ruleThat(async () => [{ isBad, says: 'bad', severity }], { windowSeconds: 0 });
		await checkAlerts({ rules: reads(3), at: begin });
		await db.alertRule.update({
			where: { key: 'connections' },
			data: { silencedUntil: after(10) }
		});

		await checkAlerts({ rules: reads(2), at: after(1) });
		for (const minutes of [4, 7, 11]) {
			await checkAlerts({ rules: reads(2, false), at: after(minutes) });
		}

		await drainDeferred();
		const [admin] = await db.user.findMany();
		const subjects = (await mailsTo(admin?.email ?? '')).map(({ subject }) => subject);
		expect(subjects.toSorted()).toEqual([
			'Over: The database runs out of connections',
			'Severity 3: The database runs out of connections'
		]);
	});

	test('that becomes graver is so when that has held for its window', async () => {
		const reads = (severity: number) =>
			ruleThat(async () => [{ isBad: true, says: 'bad', severity }]);
		for (const minutes of [0, 2]) await checkAlerts({ rules: reads(3), at: after(minutes) });

		const severities = [];
		for (const [minutes, severity] of [
			[3, 1],
			[4, 3],
			[5, 1],
			[6, 1],
			[7, 1]
		] as const) {
			await checkAlerts({ rules: reads(severity), at: after(minutes) });
			severities.push((await open())[0]?.severity);
		}

		expect(severities).toEqual([3, 3, 3, 3, 1]);
	});

	test('that becomes graver is told once more', async () => {
		await createAdmin();
		const reads = (severity: number) =>
			ruleThat(async () => [{ isBad: true, says: 'bad', severity }], { windowSeconds: 0 });

		await checkAlerts({ rules: reads(3), at: begin });
		await checkAlerts({ rules: reads(1), at: after(1) });
		await checkAlerts({ rules: reads(3), at: after(2) });
		await checkAlerts({ rules: reads(1), at: after(3) });
		await checkAlerts({ rules: reads(3), at: after(4) });

		expect(await open()).toMatchObject([{ severity: 3, toldSeverity: 1 }]);
		expect(await db.outboxMessage.count({ where: { template: 'alert' } })).toBe(2);
	});

	test('is made and told by one of ten that check at once', async () => {
		await createAdmin();
		const rules = ruleThat(bad, { windowSeconds: 0 });

		const results = await Promise.all(
			Array.from({ length: 10 }, () => checkAlerts({ rules, at: begin }))
		);

		expect(results.reduce((sum, { fired }) => sum + fired, 0)).toBe(1);
		expect(await db.alert.count()).toBe(1);
		expect(await db.incident.count()).toBe(1);
		expect(await db.outboxMessage.count({ where: { template: 'alert' } })).toBe(1);
	});
});

describe('a rule', () => {
	test('that hangs or fails is told as such, and holds up no other', async () => {
		await createAdmin();
		const hanging = () => new Promise<Reading[]>(() => undefined);
		const rules = {
			...ruleThat(bad, { windowSeconds: 0 }),
			task: { ...RULES.task, read: hanging },
			relay: { ...RULES.relay, read: () => Promise.reject(new Error('postgres://a:b@c/d broke')) }
		};

		const first = await checkAlerts({ rules, at: begin, readMs: 50 });
		const second = await checkAlerts({ rules, at: after(2), readMs: 50 });

		expect([first, second]).toMatchObject([
			{ fired: 1, unreadable: 2 },
			{ fired: 2, unreadable: 2 }
		]);
		expect(await open()).toMatchObject([
			{ rule: 'connections' },
			{ rule: 'unreadable', subject: expect.stringMatching(/relay|task/) },
			{ rule: 'unreadable' }
		]);
		const kept = await db.alertRule.findUniqueOrThrow({ where: { key: 'relay' } });
		expect(kept.error).toBe('postgres://[redacted]@c/d broke');
	});

	test('that cannot be read leaves open what it found before', async () => {
		const rules = ruleThat(bad, { windowSeconds: 0 });
		await checkAlerts({ rules, at: begin });

		const broken = ruleThat(() => Promise.reject(new Error('broken')));
		for (const minutes of [3, 6, 9]) await checkAlerts({ rules: broken, at: after(minutes) });

		expect(await open()).toMatchObject([
			{ rule: 'connections', state: 'firing', clearSince: null },
			{ rule: 'unreadable', state: 'firing' }
		]);
	});

	test('that is switched off is not read, and what it found is over without a word', async () => {
		await createAdmin();
		await checkAlerts({ rules: ruleThat(bad, { windowSeconds: 0 }), at: begin });
		await db.alertRule.update({ where: { key: 'connections' }, data: { isOn: false } });
		const read = vi.fn(bad);

		await checkAlerts({ rules: ruleThat(read), at: after(1) });

		expect(read).not.toHaveBeenCalled();
		expect(await open()).toEqual([]);
		expect(await db.outboxMessage.count({ where: { template: 'alert' } })).toBe(1);
	});
});

describe('what is held back', () => {
	const rules = ruleThat(bad, { windowSeconds: 0, severity: 3 });

	test('by a silence is told when that is over, if it still fires', async () => {
		await createAdmin();
		await db.alertRule.create({ data: { key: 'connections', silencedUntil: after(10) } });

		const during = await checkAlerts({ rules, at: after(5) });
		const later = await checkAlerts({ rules, at: after(11) });

		expect([during.fired, later.fired]).toEqual([0, 1]);
	});

	test('by a silence and is over before its end is never told', async () => {
		await db.alertRule.create({ data: { key: 'connections', silencedUntil: after(60) } });

		await checkAlerts({ rules, at: after(5) });
		await checkAlerts({ rules: ruleThat(good), at: after(6) });
		await checkAlerts({ rules: ruleThat(good), at: after(9) });
		await checkAlerts({ rules: ruleThat(good), at: after(90) });

		expect(await db.alert.findMany()).toMatchObject([{ state: 'recovered', toldAt: null }]);
		expect(await db.outboxMessage.count()).toBe(0);
	});

	test('by quiet hours waits until they end, and the gravest does not wait', async () => {
		// In Berlin it is 13:00 when the test begins.
		const hours = { fromMinute: 12 * 60, untilMinute: 14 * 60, timeZone: 'Europe/Berlin' };
		await db.quietHours.create({ data: { ...hours, fromSeverity: 2 } });
		const gravest = {
			...rules,
			relay: { ...RULES.relay, severity: 1 as const, read: bad }
		};

		const during = await checkAlerts({ rules: gravest, at: begin });
		const later = await checkAlerts({ rules: gravest, at: after(61) });

		expect([during.fired, later.fired]).toEqual([1, 1]);
	});
});

describe('the dead man’s switch', () => {
	const task = 'purge-cron-runs';
	const only = { task: RULES.task };

	beforeEach(() => db.task.deleteMany());

	const lastStart = (minutesAgo: number) => {
		const at = new Date(Date.now() - minutesAgo * MINUTE);
		const facts = { lastStartedAt: at, lastFinishedAt: at, lastSuccessAt: at, failures: 0 };
		return db.task.upsert({
			where: { name: 'send-outbox' },
			create: { name: 'send-outbox', ...facts, firstSeenAt: at },
			update: facts
		});
	};
	const about = (subject: string) => db.alert.findMany({ where: { rule: 'task', subject } });

	test('tells of a missed task within its grace and five minutes, once, and when it is well', async () => {
		await createAdmin();
		await lastStart(4);
		await checkAlerts({ rules: only });
		expect(await about('send-outbox')).toEqual([]);

		// Due a minute after its last start, and missed five minutes after that.
		await lastStart(8);
		await checkAlerts({ rules: only });
		await lastStart(9);
		await checkAlerts({ rules: only });
		expect(await about('send-outbox')).toMatchObject([{ state: 'firing', times: 1 }]);

		await lastStart(0);
		await checkAlerts({ rules: only });
		await checkAlerts({ rules: only });
		expect(await about('send-outbox')).toMatchObject([{ state: 'recovered' }]);
		expect((await about('send-outbox'))[0]?.recoveryToldAt).not.toBeNull();
	});

	test('tells of a task that hangs, and when it has ended', async () => {
		await lastStart(70);
		const lease = {
			leaseRunId: crypto.randomUUID(),
			leaseExpiresAt: new Date(Date.now() + MINUTE)
		};
		await db.task.update({ where: { name: 'send-outbox' }, data: lease });
		await checkAlerts({ rules: only });
		expect(await about('send-outbox')).toMatchObject([
			{ state: 'firing', says: 'running too long' }
		]);

		await db.task.update({
			where: { name: 'send-outbox' },
			data: { leaseRunId: null, leaseExpiresAt: null }
		});
		await lastStart(0);
		await checkAlerts({ rules: only });
		expect(await about('send-outbox')).toMatchObject([{ state: 'recovered' }]);
	});

	test('tells of a task that throws, once, however often it throws', async () => {
		vi.spyOn(console, 'error').mockReturnValue();
		const throwing = doing(() => Promise.reject(new Error('broken')));

		for (let times = 0; times < 3; times += 1) {
			await runTask(request, throwing);
			await checkAlerts({ rules: only });
		}
		expect(await about(task)).toMatchObject([
			{ state: 'firing', says: 'down, 3 failures in a row' }
		]);
		await runTask(
			request,
			doing(async () => ({ deleted: 0, counts: {} }))
		);
		await checkAlerts({ rules: only });

		expect(await about(task)).toMatchObject([{ state: 'recovered' }]);
	});
});

test('every rule of the table can be read', async () => {
	const { unreadable } = await checkAlerts();

	expect(unreadable).toBe(0);
	const kept = await db.alertRule.findMany({ select: { key: true, error: true } });
	expect(kept.filter(({ error }) => error)).toEqual([]);
	expect(kept.map(({ key }) => key).toSorted()).toEqual(Object.keys(RULES).toSorted());
});
