import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type * as Layout from '../mail/layout';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { setEnvironment } from '#tests/support/environment';
import { relaySecrets, startRelay, type TestRelay } from '#tests/support/relay';
import { createRelay, type Relay } from '../../../../relay/server';
import { PROBE_NAMES, type ProbeName } from '$lib/probes';
import { PROBE_MS, PROBE_WORK } from '../probes/table';
import { writeIdea } from '../probes/ideas';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { probeActor, renewProbeAccount } from './probe-account';
import { PROBE_EMAIL, PROBE_ID } from './probe-identity';
import { probesAreDue, runProbes } from './probe-runs';
import { noDurations } from '../durations';
import { addRequestTotals } from './request-totals';

const layout = vi.hoisted(() => ({ isBroken: false }));
vi.mock('../mail/layout', async (original) => {
	const real = await original<typeof Layout>();
	return {
		...real,
		composeMail: (...given: Parameters<typeof real.composeMail>) => {
			if (layout.isBroken) throw new TypeError('The template has no such part');
			return real.composeMail(...given);
		}
	};
});

let relay: TestRelay | Relay = await startRelay();
const { port } = relay.server.address() as AddressInfo;
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: `ws://127.0.0.1:${port}` });

/** Another relay at the same place. */
async function relayWith(secret: string): Promise<Relay> {
	const other = createRelay({
		...{ tier: 'development', origins: [], log: () => undefined },
		...{ ticketSecrets: [secret], internalSecrets: [relaySecrets.internal] },
		limits: { drainPerSocketMs: 1, closeMs: 500 }
	});
	other.server.listen(port, '127.0.0.1');
	await once(other.server, 'listening');
	return other;
}

beforeEach(async () => {
	vi.spyOn(console, 'error').mockReturnValue();
	vi.spyOn(console, 'warn').mockReturnValue();
	layout.isBroken = false;
	await db.probeRun.deleteMany();
});
afterEach(async () => {
	await drainDeferred();
	vi.restoreAllMocks();
});
afterAll(() => relay.stop());

const probe = (...names: (typeof PROBE_NAMES)[number][]) =>
	runProbes({ requestId: 'test-probe', ...(names.length > 0 && { names }) });

/** The rows of every table but those that say how it went, and that count requests. */
async function rowCounts(): Promise<Record<string, number>> {
	const tables = await db.$queryRaw<{ name: string }[]>`
		SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'
			AND tablename NOT IN ('probe_runs', 'rate_limits', 'statement_times', 'statement_errors', 'log_lines')
			AND tablename NOT LIKE 'error\\_%'`;
	const counts: Record<string, number> = {};
	for (const { name } of tables) {
		const [row] = await db.$queryRawUnsafe<{ n: number }[]>(
			`SELECT count(*)::int AS n FROM "${name}"`
		);
		counts[name] = row?.n ?? -1;
	}
	return counts;
}

describe('what is tried', () => {
	test('works, is written down, and leaves nothing else, however often', async () => {
		await renewProbeAccount();
		const before = await rowCounts();

		const outcomes = await probe();
		await probe();
		await drainDeferred();

		expect(outcomes.map(({ probe, isOk, cause }) => ({ probe, isOk, cause }))).toEqual(
			PROBE_NAMES.map((probe) => ({ probe, isOk: true, cause: null }))
		);
		expect(await db.probeRun.count({ where: { isOk: true } })).toBe(8);
		expect(await rowCounts()).toEqual(before);
	});

	test('has a mail that goes nowhere', async () => {
		await probe('signIn');
		await drainDeferred();

		expect(await db.outboxMessage.count({ where: { kind: 'mail' } })).toBe(0);
	});

	test('goes on where a run was killed, or somebody deleted the account', async () => {
		await renewProbeAccount();
		await writeIdea(probeActor('test-killed'));
		await db.session.create({
			data: { userId: PROBE_ID, sessionToken: 'left', expires: new Date(Date.now() + 60_000) }
		});

		expect(await probe('ideas')).toMatchObject([{ isOk: true }]);
		expect(await db.idea.count({ where: { ownerId: PROBE_ID } })).toBe(0);
		expect(await db.session.count({ where: { userId: PROBE_ID } })).toBe(0);

		await db.user.delete({ where: { id: PROBE_ID } });
		expect(await probe('signIn', 'export')).toMatchObject([{ isOk: true }, { isOk: true }]);
	});
});

describe('what a run costs', () => {
	test('no account is deleted, and what goes through the relay alone touches none', async () => {
		await renewProbeAccount();
		await db.$executeRaw`
			CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
			'BEGIN RAISE EXCEPTION ''touched''; END'`;
		try {
			await db.$executeRaw`
				CREATE TRIGGER kept BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION refuse()`;
			expect(await probe('signIn', 'ideas')).toMatchObject([{ isOk: true }, { isOk: true }]);
			await db.$executeRaw`DROP TRIGGER kept ON users`;
			await db.$executeRaw`
				CREATE TRIGGER kept BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION refuse()`;
			expect(await probe('relayEcho')).toMatchObject([{ isOk: true }]);
			expect(console.warn).not.toHaveBeenCalled();
		} finally {
			await db.$executeRaw`DROP TRIGGER IF EXISTS kept ON users`;
			await db.$executeRaw`DROP FUNCTION refuse`;
		}
	});

	test.each(PROBE_NAMES)('%s takes no longer than a run reckons with', async (name) => {
		await renewProbeAccount();
		let ms = 0;

		await PROBE_WORK[name](([, stepMs], work) => {
			ms += stepMs;
			return work(new AbortController().signal);
		}, 'test-probe');

		expect(ms).toBe(PROBE_MS[name]);
	});

	test('none begins that might not come to its end', async () => {
		const time = { hasTime: (ms = 0) => ms < 30_000 };

		const tried = await runProbes({ requestId: 'test-probe', names: ['signIn', 'ideas'] }, time);

		expect(tried[0]).toMatchObject({ probe: 'signIn', isOk: true });
		expect(await db.probeRun.findMany()).toMatchObject([{ probe: 'signIn' }]);
	});
});

describe('what fails', () => {
	test('is named by its step: mails that cannot be composed', async () => {
		layout.isBroken = true;

		const outcomes = await probe('signIn', 'ideas');

		expect(outcomes).toMatchObject([
			{
				...{ probe: 'signIn', isOk: false, step: 'make the link' },
				cause: 'TypeError: The template has no such part'
			},
			{ probe: 'ideas', isOk: true }
		]);
		expect(await db.probeRun.findMany({ where: { isOk: false } })).toMatchObject([
			{ probe: 'signIn', step: 'make the link' }
		]);
	});

	test('says what the database said, without the code that asked', async () => {
		await db.$executeRaw`ALTER TABLE ideas ADD CONSTRAINT shut CHECK (title NOT LIKE 'Coda tries%')`;
		try {
			const [ideas] = await probe('ideas');
			expect(ideas).toMatchObject({ isOk: false, step: 'create' });
			expect(ideas?.cause).toMatch(/violates check constraint/);
			expect(ideas?.cause).not.toMatch(/invocation|\.ts/);
		} finally {
			await db.$executeRaw`ALTER TABLE ideas DROP CONSTRAINT shut`;
		}
	});

	test('is late when the database is slow, and holds up no other', async () => {
		await db.$executeRaw`
			CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS
			'BEGIN PERFORM pg_sleep(4.5); RETURN NEW; END'`;
		await db.$executeRaw`
			CREATE TRIGGER slow BEFORE INSERT ON features FOR EACH ROW EXECUTE FUNCTION be_slow()`;
		try {
			expect(await probe('ideas', 'signIn')).toMatchObject([
				{ isOk: false, step: 'create', cause: 'no answer in 4000 ms' },
				{ isOk: true }
			]);
		} finally {
			await db.$executeRaw`DROP TRIGGER slow ON features`;
			await db.$executeRaw`DROP FUNCTION be_slow`;
		}

		expect(await probe('ideas')).toMatchObject([{ isOk: true }]);
		expect(await db.idea.count({ where: { ownerId: PROBE_ID } })).toBe(0);
	}, 20_000);

	test('is a relay that takes other tickets, and one that is not there', async () => {
		await relay.stop();
		relay = await relayWith('another-secret-0123456789abcdefghijklmnopq');
		const refused = await probe('relayEcho');
		await relay.stop();
		const gone = await probe('relayEcho');
		relay = await relayWith(relaySecrets.ticket);
		const back = await probe('relayEcho');

		expect(refused).toMatchObject([
			{
				...{ isOk: false, step: 'connect a computer' },
				cause: 'the relay closed the socket (ticket-refused)'
			}
		]);
		expect(gone).toMatchObject([
			{
				...{ isOk: false, step: 'connect a computer' },
				cause: 'the relay is not reached (ECONNREFUSED)'
			}
		]);
		expect(back).toMatchObject([{ isOk: true }]);
		await expect.poll(() => relay.rooms.present()).toEqual([]);
	});
});

test('what there is no time for counts as not tried: no success, and no row', async () => {
	let asked = 0;
	const time = { hasTime: () => (asked += 1) === 1 };

	const outcomes = await runProbes(
		{ requestId: 'test-probe', names: ['signIn', 'ideas', 'relayEcho'] },
		time
	);

	const untried = { isOk: false, wasTried: false, step: 'begin', missing: null };
	expect(outcomes).toMatchObject([
		{ probe: 'signIn', isOk: true, wasTried: true },
		{ probe: 'ideas', ...untried, cause: expect.stringMatching(/had to end before/) },
		{ probe: 'relayEcho', ...untried }
	]);
	expect(await db.probeRun.findMany()).toMatchObject([{ probe: 'signIn' }]);
});

describe('by the clock it is tried', () => {
	const triedAgo = (minutes: number, isOk = true, names: readonly ProbeName[] = PROBE_NAMES) =>
		db.probeRun.createMany({
			data: names.map((probe) => ({
				...{ probe, isOk, durationMs: 1, release: 'abc' },
				...(isOk ? {} : { step: 'create', cause: 'no answer' }),
				at: new Date(Date.now() - minutes * 60_000)
			}))
		});
	const asked = (route: string, source: 'page' | 'api') =>
		addRequestTotals([
			{
				startsAt: new Date(Math.floor(Date.now() / 60_000) * 60_000),
				...{ source, route, method: 'read', release: 'abc', requests: 1, redirected: 0 },
				...{ refused: 0, failed: 0, errors: 0, bytes: 0, durations: noDurations() }
			}
		]);
	beforeEach(() => db.requestTotal.deleteMany());

	test('at first, once an hour, and whenever it failed the last time', async () => {
		expect(await probesAreDue()).toBe(true);
		await triedAgo(20, false);
		expect(await probesAreDue()).toBe(true);
		await triedAgo(5);
		expect(await probesAreDue()).toBe(false);
		await db.$executeRaw`UPDATE probe_runs SET at = at - interval '50 minutes'`;
		expect(await probesAreDue()).toBe(true);
	});

	test('where one of them was not tried for an hour, though others were', async () => {
		await triedAgo(60);
		await triedAgo(5, true, ['signIn', 'ideas']);
		expect(await probesAreDue()).toBe(true);

		await triedAgo(5, true, ['export', 'relayEcho']);
		expect(await probesAreDue()).toBe(false);
	});

	test('when somebody was here since, and not for relays, monitors and scanners', async () => {
		await triedAgo(5);
		await asked('/api/cron/tick', 'api');
		await asked('/api/relay/presence', 'api');
		await asked('(no route)', 'page');
		expect(await probesAreDue()).toBe(false);

		await asked('/(app)/ideas', 'page');
		expect(await probesAreDue()).toBe(true);
	});
});

test('the account is one of its kind, and can be nothing else', async () => {
	await renewProbeAccount();
	const account = { where: { id: PROBE_ID }, select: { id: true } };

	await expect(db.user.update({ ...account, data: { role: 'admin' } })).rejects.toThrow();
	await expect(db.user.update({ ...account, data: { passwordHash: 'x' } })).rejects.toThrow();
	await expect(db.user.update({ ...account, data: { email: 'a@example.com' } })).rejects.toThrow();
	await db.user.delete({ where: { id: PROBE_ID } });
	await expect(db.user.create({ data: { email: PROBE_EMAIL } })).rejects.toThrow();
});
