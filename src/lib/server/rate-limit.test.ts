import { v4 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startRedis, type TestRedis } from '#tests/support/redis';
import { countStatements } from '#tests/support/statements';
import { startUpstash, type Lie, type UpstashServer } from '#tests/support/upstash-server';
import { counters } from './counters';
import {
	checkLimit,
	enforceLimit,
	POLICIES,
	RateLimiter,
	setRateMultiplierSource
} from './rate-limit';
import { LimitCounter } from './rate-limit-counter';
import { rateLimitHeaders } from './rate-limit-headers';
import { MemoryWindow, RecentKeys } from './rate-limit-window';
import { RefusedKeys } from './refused-keys';
import { withRequestContext } from './request-context';

let redis: TestRedis;
let upstash: UpstashServer;

beforeAll(async () => {
	redis = await startRedis();
	upstash = await startUpstash(redis.url);
});

afterAll(async () => {
	await upstash.stop();
	await redis.stop();
});

afterEach(() => {
	vi.useRealTimers();
	setRateMultiplierSource(() => 1);
	upstash.lie();
});

/** A limiter of its own, so that no test meets what another has broken. */
const limiterOn = (backend: 'postgres' | 'upstash', tier = 'development') =>
	new RateLimiter(
		new LimitCounter({
			tier,
			upstash: backend === 'upstash' ? upstash : undefined,
			// A busy machine is no reason to let anyone pass.
			timeoutMs: 20_000
		}),
		new RefusedKeys(() => undefined)
	);

/** As the application asks: not for longer than it may take. */
const hastyLimiter = () => new RateLimiter(new LimitCounter({ tier: 'development', upstash }));

/** The beginning of a window of ten seconds and of five minutes, a while from now. */
const nextWindow = () => Math.ceil(Date.now() / 300_000) * 300_000;

describe.each(['postgres', 'upstash'] as const)('limits counted in %s', (backend) => {
	test('let exactly the limit pass when sixty try at once', async () => {
		const limiter = limiterOn(backend);
		const who = uuid();
		await limiter.check('write', who);
		vi.useFakeTimers({ toFake: ['Date'], now: nextWindow() + 1 });

		const verdicts = await Promise.all(
			Array.from({ length: 60 }, () => limiter.check('anonymous', who))
		);

		expect(verdicts.every(({ counted }) => counted)).toBe(true);
		expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(10);
	});

	test('hold for processes that know nothing of each other', async () => {
		const [one, other] = [limiterOn(backend), limiterOn(backend)];
		const who = uuid();
		vi.useFakeTimers({ toFake: ['Date'], now: nextWindow() + 1 });
		for (let i = 0; i < 10; i += 1) await one.check('anonymous', who);

		expect((await other.check('anonymous', who)).allowed).toBe(false);
	});

	test('say how many are left and how long to wait', async () => {
		const limiter = limiterOn(backend);
		const who = uuid();
		vi.useFakeTimers({ toFake: ['Date'], now: nextWindow() + 1_000 });

		const verdicts = [];
		for (let i = 0; i < 4; i += 1) verdicts.push(await limiter.check('signInMail', who));

		expect(verdicts.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0]);
		expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, true, false]);
		expect(verdicts[3]).toMatchObject({ limit: 3, retryAfterSeconds: 299, resetSeconds: 299 });
	});

	test('slide: what was used in the last window still counts in part', async () => {
		const limiter = limiterOn(backend);
		const who = uuid();
		const start = nextWindow();
		vi.useFakeTimers({ toFake: ['Date'], now: start + 5_000 });
		for (let i = 0; i < 10; i += 1) await limiter.check('anonymous', who);

		vi.setSystemTime(start + 12_500);
		const passed: boolean[] = [];
		for (let i = 0; i < 4; i += 1) passed.push((await limiter.check('anonymous', who)).allowed);
		vi.setSystemTime(start + 30_000);
		const later = await limiter.check('anonymous', who);

		// Three quarters of ten are still counted, so three more fit.
		expect(passed).toEqual([true, true, true, false]);
		expect(later.remaining).toBe(9);
	});

	test('count everyone, every policy and every tier alone', async () => {
		const limiter = limiterOn(backend);
		const ada = uuid();
		for (let i = 0; i < 4; i += 1) await limiter.check('signInMail', ada);

		expect((await limiter.check('signInMail', ada)).allowed).toBe(false);
		expect((await limiter.check('signInMail', uuid())).allowed).toBe(true);
		expect((await limiter.check('signIn', ada)).allowed).toBe(true);
		expect((await limiterOn(backend, 'preview').check('signInMail', ada)).allowed).toBe(true);
	});

	test('follow the multiplier at the next check, and never end at nothing', async () => {
		const limiter = limiterOn(backend);
		const limits = [];
		for (const multiplier of [1, 0.5, 3, 0.000_1, 1_000, Number.NaN]) {
			setRateMultiplierSource(() => multiplier);
			limits.push((await limiter.check('anonymous', uuid())).limit);
		}
		setRateMultiplierSource(() => 0.1);
		limits.push((await limiter.check('signInMail', uuid())).limit);

		expect(limits).toEqual([10, 5, 30, 1, 100, 10, 1]);
	});

	test('keep what was counted when the multiplier changes', async () => {
		const limiter = limiterOn(backend);
		const who = uuid();
		vi.useFakeTimers({ toFake: ['Date'], now: nextWindow() + 1 });
		for (let i = 0; i < 6; i += 1) await limiter.check('anonymous', who);

		setRateMultiplierSource(() => 0.5);
		const halved = await limiter.check('anonymous', who);
		setRateMultiplierSource(() => 1);
		const whole = await limiter.check('anonymous', who);

		expect(halved).toMatchObject({ allowed: false, limit: 5, remaining: 0 });
		expect(whole).toMatchObject({ allowed: true, limit: 10, remaining: 3 });
	});

	test('cost one statement or one round trip, and nothing once refused', async () => {
		const limiter = limiterOn(backend);
		const who = uuid();
		vi.useFakeTimers({ toFake: ['Date'], now: nextWindow() + 1 });
		await limiter.check('signInMail', who);
		const cost = async () => {
			const before = upstash.requests.length;
			const statements = await countStatements(() => limiter.check('signInMail', who));
			return { statements, requests: upstash.requests.length - before };
		};

		const costs = [await cost(), await cost(), await cost(), await cost()];

		const one =
			backend === 'upstash' ? { statements: 0, requests: 1 } : { statements: 1, requests: 0 };
		expect(costs).toEqual([one, one, one, { statements: 0, requests: 0 }]);
	});
});

describe('servers whose clocks are a window apart', () => {
	test('share what is counted in Postgres', async () => {
		const [behind, ahead] = [limiterOn('postgres'), limiterOn('postgres')];
		const who = uuid();
		const start = nextWindow();
		vi.useFakeTimers({ toFake: ['Date'] });

		const allowed: boolean[] = [];
		for (let i = 0; i < 10; i += 1) {
			vi.setSystemTime(start + 15_000);
			allowed.push((await ahead.check('anonymous', who)).allowed);
			vi.setSystemTime(start + 5_000);
			allowed.push((await behind.check('anonymous', who)).allowed);
		}

		expect(allowed.filter(Boolean)).toHaveLength(10);
		expect(allowed.slice(10)).not.toContain(true);
	});

	test('let nobody wait for a clock that was hours ahead once', async () => {
		const [wrong, right] = [limiterOn('postgres'), limiterOn('postgres')];
		const who = uuid();
		const start = nextWindow();
		vi.useFakeTimers({ toFake: ['Date'], now: start + 7_200_000 });
		for (let i = 0; i < 11; i += 1) await wrong.check('anonymous', who);

		vi.setSystemTime(start);

		expect((await right.check('anonymous', who)).allowed).toBe(true);
	});
});

/** Answers that no counter gives. */
const LIES: Record<string, Lie> = {
	'a page': (_, response) => response.end('<html>It works'),
	nothing: (_, response) => response.end(),
	'numbers as words': (_, response) => response.end('{"result":["many","few"]}'),
	'another limit': (_, response) => response.end('{"result":[9000,9001]}'),
	'a single number': (_, response) => response.end('{"result":7}'),
	null: (_, response) => response.end('{"result":null}'),
	'an error of its own': (_, response) => response.writeHead(500).end('{"error":"ERR oops"}'),
	'a redirect to an honest one': (_, response) =>
		response.writeHead(307, { location: upstash.url }).end(),
	'no end': (_, response) => {
		response.write(`{"result":[9,10${' '.repeat(100_000)}`);
	}
};

describe('a Redis that lies', () => {
	test.each(Object.keys(LIES))('by answering %s is taken for broken', async (name) => {
		const limiter = hastyLimiter();
		upstash.lie(LIES[name]);

		const open = await limiter.check('read', uuid());
		const who = uuid();
		const closed = [];
		for (let i = 0; i < 4; i += 1) closed.push((await limiter.check('signInMail', who)).allowed);

		expect(open).toMatchObject({ allowed: true, counted: false });
		expect(closed).toEqual([true, true, true, false]);
		expect(limiter.counter.breaker.state).toBe('open');
	});
});

describe('a Redis that is slow', () => {
	test('is given up after 800 ms, once, and not by everyone', async () => {
		const limiter = hastyLimiter();
		upstash.lie(() => undefined);
		const timed = async () => {
			const startedAt = performance.now();
			await limiter.check('read', uuid());
			return performance.now() - startedAt;
		};

		const together = await Promise.all([timed(), timed(), timed()]);
		const after = await timed();

		for (const ms of together) expect(ms).toBeLessThan(2_000);
		expect(Math.min(...together)).toBeGreaterThan(700);
		expect(after).toBeLessThan(400);
	});

	test('is tried again by one caller after a second, two, four, up to thirty', async () => {
		vi.useFakeTimers({ toFake: ['Date', 'performance'] });
		const limiter = hastyLimiter();
		upstash.lie((_, response) => response.writeHead(500).end());
		const asked = async () => {
			const before = upstash.requests.length;
			await Promise.all(Array.from({ length: 5 }, () => limiter.check('read', uuid())));
			return upstash.requests.length - before;
		};
		for (let i = 0; i < 3; i += 1) await limiter.check('read', uuid());

		const tries: number[][] = [];
		for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
			vi.advanceTimersByTime(seconds * 1_000 - 1);
			const early = await asked();
			vi.advanceTimersByTime(1);
			tries.push([early, await asked()]);
		}

		expect(tries).toEqual(Array(7).fill([0, 1]));
	});

	test('counts again for everyone as soon as one try succeeds', async () => {
		vi.useFakeTimers({ toFake: ['Date', 'performance'] });
		const limiter = hastyLimiter();
		upstash.lie((_, response) => response.writeHead(500).end());
		await limiter.check('read', uuid());
		const once = limiter.counter.breaker.state;
		for (let i = 0; i < 2; i += 1) await limiter.check('read', uuid());
		upstash.lie();

		const waiting = limiter.counter.breaker.state;
		vi.advanceTimersByTime(1_000);
		const due = limiter.counter.breaker.state;
		const verdict = await limiter.check('read', uuid());

		const states = [once, waiting, due, limiter.counter.breaker.state];
		expect(states).toEqual(['closed', 'open', 'half-open', 'closed']);
		expect(verdict.counted).toBe(true);
	});
});

describe('a Redis that was killed', () => {
	test('leaves signing in limited, everything else open, and is counted', async () => {
		const lost = await startRedis();
		const server = await startUpstash(lost.url);
		const limiter = new RateLimiter(
			new LimitCounter({ tier: 'development', upstash: server, timeoutMs: 20_000 })
		);
		expect((await limiter.check('signInMail', uuid())).counted).toBe(true);
		const before = counters();

		await lost.kill();
		const who = uuid();
		const signIns = [];
		for (let i = 0; i < 12; i += 1) signIns.push((await limiter.check('signIn', who)).allowed);
		const reads = await Promise.all(Array.from({ length: 400 }, () => limiter.check('read', who)));

		expect(signIns.filter(Boolean).length).toBeGreaterThanOrEqual(9);
		expect(signIns.at(-1)).toBe(false);
		expect(reads.every(({ allowed }) => allowed)).toBe(true);
		expect(counters()['limits.inMemory'] - before['limits.inMemory']).toBe(12);
		expect(counters()['limits.uncounted'] - before['limits.uncounted']).toBe(400);
		await server.stop();
		await lost.stop();
	});
});

describe('enforceLimit', () => {
	test('refuses with the seconds to wait', async () => {
		const who = uuid();
		vi.useFakeTimers({ toFake: ['Date'], now: nextWindow() + 1 });
		for (let i = 0; i < 3; i += 1) await enforceLimit('signInMail', who);

		await expect(enforceLimit('signInMail', who)).rejects.toMatchObject({
			code: 'TOO_MANY_REQUESTS',
			cause: { reason: 'rate.limited', params: { retryAfterSeconds: 300 } }
		});
	});

	test('tells the answer’s headers, and a check alone does not', async () => {
		vi.useFakeTimers({ toFake: ['Date'], now: nextWindow() + 1_000 });
		const headers = await withRequestContext({ requestId: 'test' }, async () => {
			await checkLimit('signInMailAccount', uuid());
			await enforceLimit('anonymous', uuid());
			await enforceLimit('write', uuid());
			return rateLimitHeaders();
		});

		expect(headers).toEqual({
			'ratelimit-policy': '"anonymous";q=10;w=10, "write";q=100;w=10',
			ratelimit: '"anonymous";r=9;t=9, "write";r=99;t=9'
		});
	});
});

describe('the table', () => {
	test('has the rates that were promised', () => {
		const tenIn10 = { tokens: 10, windowSeconds: 10 };

		expect(POLICIES).toMatchObject({
			anonymous: tenIn10,
			signIn: tenIn10,
			mail: tenIn10,
			export: tenIn10,
			signInMail: { tokens: 3, windowSeconds: 300 },
			read: { tokens: 300, windowSeconds: 10 },
			write: { tokens: 100, windowSeconds: 10 }
		});
	});

	test('counts in memory whatever guards a way in', () => {
		for (const name of ['signIn', 'signInMail', 'signInMailAddress', 'mail'] as const) {
			expect(POLICIES[name].whenBroken, name).toBe('closed');
		}
	});
});

describe('MemoryWindow', () => {
	test('counts as the others do', () => {
		const window = new MemoryWindow(10);
		vi.useFakeTimers({ toFake: ['Date'], now: nextWindow() + 1 });

		const passed = Array.from({ length: 5 }, () => window.limit('someone', 3).success);
		vi.setSystemTime(Date.now() + 15_000);
		const later = window.limit('someone', 3);

		expect(passed).toEqual([true, true, true, false, false]);
		expect(later).toMatchObject({ success: true, remaining: 1 });
	});
});

test('a flood of keys makes the oldest be forgotten, not the process grow', () => {
	const keys = new RecentKeys<number>();

	for (let n = 0; n < 60_000; n += 1) keys.set(String(n), n);

	expect(keys.size).toBe(50_000);
	expect([keys.has('0'), keys.has('59999')]).toEqual([false, true]);
});
