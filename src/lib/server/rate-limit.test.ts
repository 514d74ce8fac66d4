import { Ratelimit } from '@upstash/ratelimit';
import type { Redis } from '@upstash/redis';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { v4 as uuid } from 'uuid';
import { checkLimit, enforceLimit, POLICIES } from './rate-limit';
import { MemoryWindow, postgresWindow } from './rate-limit-window';
import { countStatements } from '#tests/support/statements';

afterEach(() => vi.useRealTimers());

describe('postgresWindow', () => {
	test('lets exactly the limit pass when sixty try at once', async () => {
		const limiter = new Ratelimit({
			redis: {} as Redis,
			limiter: postgresWindow(10, 60),
			timeout: 0
		});
		const who = uuid();

		const answers = await Promise.all(Array.from({ length: 60 }, () => limiter.limit(who)));

		expect(answers.filter(({ success }) => success)).toHaveLength(10);
	});
});

describe('checkLimit', () => {
	test('says how many are left and how long to wait', async () => {
		const who = uuid();

		const [first, second, third, fourth] = [
			await checkLimit('signInMail', who),
			await checkLimit('signInMail', who),
			await checkLimit('signInMail', who),
			await checkLimit('signInMail', who)
		];

		expect([first, second, third].map(({ remaining }) => remaining)).toEqual([2, 1, 0]);
		expect(fourth.allowed).toBe(false);
		expect(fourth.retryAfterSeconds).toBeGreaterThan(0);
		expect(fourth.retryAfterSeconds).toBeLessThanOrEqual(POLICIES.signInMail.windowSeconds);
	});

	test('counts everyone alone', async () => {
		const [ada, bob] = [uuid(), uuid()];
		for (let i = 0; i < 4; i += 1) await checkLimit('signInMail', ada);

		expect((await checkLimit('signInMail', bob)).allowed).toBe(true);
	});

	test('slides: what was used in the last window still counts in part', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		const who = uuid();
		const start = Math.ceil(Date.now() / 10_000) * 10_000;
		vi.setSystemTime(start + 5_000);
		for (let i = 0; i < 10; i += 1) await checkLimit('anonymous', who);

		vi.setSystemTime(start + 12_500);
		const passed: boolean[] = [];
		for (let i = 0; i < 4; i += 1) passed.push((await checkLimit('anonymous', who)).allowed);
		vi.setSystemTime(start + 30_000);
		const later = await checkLimit('anonymous', who);

		// Three quarters of ten are still counted, so three more fit.
		expect(passed).toEqual([true, true, true, false]);
		expect(later.remaining).toBe(9);
	});

	test('is one statement', async () => {
		expect(await countStatements(() => checkLimit('write', uuid()))).toBe(1);
	});
});

describe('enforceLimit', () => {
	test('refuses with the seconds to wait', async () => {
		const who = uuid();
		for (let i = 0; i < 3; i += 1) await enforceLimit('signInMail', who);

		await expect(enforceLimit('signInMail', who)).rejects.toMatchObject({
			code: 'TOO_MANY_REQUESTS',
			cause: { reason: 'rate.limited', params: { retryAfterSeconds: expect.any(Number) } }
		});
	});
});

describe('MemoryWindow', () => {
	test('counts as the database does', () => {
		const window = new MemoryWindow(3, 10);

		const passed = Array.from({ length: 5 }, () => window.limit('someone').success);

		expect(passed).toEqual([true, true, true, false, false]);
	});
});
