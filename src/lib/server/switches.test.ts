import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { collectStatements } from '#tests/support/statements';
import { db } from './db';
import { env } from './env';
import { log } from './log';
import { maintenanceNow, retryAfterSeconds, taskIsPaused } from './maintenance';
import { clearSwitch, listSwitches, setSwitch } from './services/switches';
import { devModeIsOn, freshSwitches, rateMultiplier, readSwitches, switchValue } from './switches';

const plainly = { forSeconds: null, reason: '', confirmed: false };

beforeEach(async () => {
	await db.switch.deleteMany();
	await readSwitches();
});

describe('a switch', () => {
	test('stands at its default until someone sets it, and again afterwards', async () => {
		const admin = await createAdmin();

		expect(rateMultiplier()).toBe(1);
		await setSwitch(admin, { name: 'rateMultiplier', value: 0.5, ...plainly });
		expect(rateMultiplier()).toBe(0.5);
		await clearSwitch(admin, { name: 'rateMultiplier', reason: '' });
		expect(rateMultiplier()).toBe(1);
	});

	test('ends by itself, by the time of the database, without being read again', async () => {
		await db.$executeRaw`
			INSERT INTO switches (name, value, expires_at)
			VALUES ('devMode', 'false', now() + interval '150 milliseconds')`;
		await readSwitches();
		expect(devModeIsOn()).toBe(false);

		await expect.poll(devModeIsOn, { timeout: 2_000 }).toBe(true);
	});

	test('that ended before it was read is not there', async () => {
		await db.$executeRaw`
			INSERT INTO switches (name, value, expires_at)
			VALUES ('devMode', 'false', now() - interval '1 second')`;
		await readSwitches();

		expect(devModeIsOn()).toBe(true);
	});

	test('with a value of another release counts as not set', async () => {
		await db.$executeRaw`INSERT INTO switches (name, value) VALUES ('rateMultiplier', '"twice"'), ('unheardOf', '1')`;
		await readSwitches();

		expect(rateMultiplier()).toBe(1);
	});

	test('is recorded with what it was, what it is, and until when', async () => {
		const admin = await createAdmin();
		await setSwitch(admin, { name: 'rateMultiplier', value: 2, ...plainly });
		await setSwitch(admin, { ...plainly, name: 'rateMultiplier', value: 0.5, forSeconds: 600 });
		await clearSwitch(admin, { name: 'rateMultiplier', reason: 'over' });

		const entries = await db.auditEntry.findMany({
			where: { personId: admin.userId },
			orderBy: { at: 'asc' },
			select: { action: true, targetId: true, details: true }
		});
		expect(entries).toMatchObject([
			{ action: 'switch.set', details: { from: null, to: 2, expiresAt: null } },
			{ action: 'switch.set', details: { from: 2, to: 0.5, expiresAt: expect.any(String) } },
			{ action: 'switch.clear', details: { from: 0.5, to: null, reason: 'over' } }
		]);
	});

	test('that nobody set is cleared without a trace', async () => {
		const admin = await createAdmin();

		await clearSwitch(admin, { name: 'signUps', reason: '' });

		expect(await db.auditEntry.count({ where: { personId: admin.userId } })).toBe(0);
	});

	test('set by many at once is one row, and each change starts where the one before ended', async () => {
		const admin = await createAdmin();
		const values = Array.from({ length: 20 }, (_, n) => (n + 1) / 10);

		await Promise.all(
			values.map((value) => setSwitch(admin, { name: 'rateMultiplier', value, ...plainly }))
		);

		expect(await db.switch.count()).toBe(1);
		const entries = await db.auditEntry.findMany({ where: { personId: admin.userId } });
		const [from, to] = (['from', 'to'] as const).map((key) =>
			entries.map(({ details }) => (details as Record<string, unknown>)[key])
		);
		// Each value but the last one is where exactly one other change began. The first row of all has no row to wait for.
		expect(new Set(to).size).toBe(20);
		expect(new Set(from?.filter((one) => one !== null)).size).toBe(
			from?.filter((one) => one !== null).length
		);
	});

	test('full maintenance asks to be confirmed', async () => {
		const admin = await createAdmin();
		const value = { mode: 'full', message: '', startsAt: null, until: null } as const;

		await expect(
			setSwitch(admin, { name: 'maintenance', value, ...plainly })
		).rejects.toMatchObject({ code: 'BAD_REQUEST', cause: { reason: 'switch.unconfirmed' } });
		expect(await db.switch.count()).toBe(0);
	});

	test('is listed with who set it, by address while there is an account', async () => {
		const admin = await createAdmin();
		await setSwitch(admin, { ...plainly, name: 'signUps', value: false, forSeconds: 60 });

		const signUps = (await listSwitches(admin)).find(({ name }) => name === 'signUps');

		expect(signUps).toMatchObject({
			value: false,
			inWords: 'Off',
			set: { setBy: admin.email, expiresAt: expect.any(Date) }
		});
	});

	test('that the environment decides says so: no preview counts its views', async () => {
		const { tier } = env();
		onTestFinished(() => void (env().tier = tier));
		const admin = await createAdmin();
		await setSwitch(admin, { name: 'analytics', value: true, ...plainly });
		env().tier = 'preview';

		const analytics = (await listSwitches(admin)).find(({ name }) => name === 'analytics');

		expect(switchValue('analytics')).toBe(false);
		expect(analytics?.forcedBy).toBe('the preview tier');
	});
});

test('analytics stand still in development until somebody wants to see them', async () => {
	const admin = await createAdmin();

	expect(switchValue('analytics')).toBe(false);
	await setSwitch(admin, { name: 'analytics', value: true, ...plainly });
	expect(switchValue('analytics')).toBe(true);
});

describe('the log level', () => {
	test('follows its switch, and comes back', async () => {
		const admin = await createAdmin();
		const written = vi.spyOn(console, 'debug').mockImplementation(() => undefined);

		log('debug', 'Before');
		await setSwitch(admin, { name: 'logLevel', value: 'debug', ...plainly });
		log('debug', 'During');
		await clearSwitch(admin, { name: 'logLevel', reason: '' });
		log('debug', 'After');

		expect(written.mock.calls.map(([line]) => JSON.parse(String(line)).message)).toEqual([
			'During'
		]);
		written.mockRestore();
	});
});

describe('reading switches', () => {
	test('costs a request nothing while they are fresh, and whoever asks for a value nothing ever', async () => {
		const statements = await collectStatements(async () => {
			for (let i = 0; i < 100; i += 1) {
				await freshSwitches();
				switchValue('maintenance');
			}
		});

		expect(statements).toEqual([]);
	});

	test('that failed is not waited for at once, but after a while', async () => {
		const warned = vi.spyOn(console, 'warn').mockReturnValue();
		vi.useFakeTimers({ toFake: ['performance'] });
		try {
			await readSwitches();
			await db.$executeRaw`ALTER TABLE switches RENAME TO switches_away`;
			vi.advanceTimersByTime(5_000);
			await freshSwitches();
			expect(warned).toHaveBeenCalled();
			await db.$executeRaw`ALTER TABLE switches_away RENAME TO switches`;
			await db.$executeRaw`INSERT INTO switches (name, value) VALUES ('devMode', 'false')`;

			vi.advanceTimersByTime(1_000);
			await freshSwitches();
			expect(devModeIsOn()).toBe(true);

			vi.advanceTimersByTime(60_000);
			await freshSwitches();
			expect(devModeIsOn()).toBe(false);
		} finally {
			vi.useRealTimers();
			warned.mockRestore();
		}
	});
});

describe('maintenance', () => {
	const setMaintenance = async (value: object, forSeconds: number | null = null) =>
		setSwitch(await createAdmin(), {
			name: 'maintenance',
			value: { mode: 'read-only', message: '', startsAt: null, until: null, ...value },
			forSeconds,
			reason: '',
			confirmed: true
		});

	test('that is to begin later is only announced', async () => {
		const startsAt = new Date(Date.now() + 600_000);
		await setMaintenance({ startsAt: startsAt.toISOString() }, 600);

		expect(maintenanceNow()).toMatchObject({ mode: 'off', planned: 'read-only', startsAt });
		// The time that it is for counts from its beginning.
		expect(maintenanceNow().until?.valueOf()).toBeCloseTo(startsAt.valueOf() + 600_000, -4);
	});

	test('begins by itself', async () => {
		await setMaintenance({ startsAt: new Date(Date.now() + 150).toISOString() });

		await expect.poll(() => maintenanceNow().mode, { timeout: 2_000 }).toBe('read-only');
		expect(maintenanceNow().startsAt).toBeNull();
	});

	test('says when to ask again: at its end, and within the hour', async () => {
		await setMaintenance({});
		expect(retryAfterSeconds(maintenanceNow())).toBe(60);
		await setMaintenance({}, 600);
		expect(retryAfterSeconds(maintenanceNow())).toBeGreaterThan(590);
		await setMaintenance({}, 86_400);
		expect(retryAfterSeconds(maintenanceNow())).toBe(3_600);
	});

	test('lets the tasks rest; in full only mails leave, so that admins can sign in', async () => {
		expect(taskIsPaused('purge-soft-deletes')).toBe(false);
		await setMaintenance({ mode: 'read-only' });
		expect(taskIsPaused('send-outbox')).toBe(true);
		await setMaintenance({ mode: 'full' });
		expect(taskIsPaused('purge-soft-deletes')).toBe(true);
		expect(taskIsPaused('send-outbox')).toBe(false);
	});
});
