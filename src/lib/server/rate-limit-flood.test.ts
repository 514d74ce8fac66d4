import { v4 as uuid } from 'uuid';
import { afterEach, expect, test, vi } from 'vitest';
import { countStatements } from '#tests/support/statements';
import { POLICIES, RateLimiter, type Verdict } from './rate-limit';
import { LimitCounter } from './rate-limit-counter';
import { RefusedKeys } from './refused-keys';

afterEach(() => {
	vi.useRealTimers();
});

const counter = () => new LimitCounter({ tier: 'development', timeoutMs: 20_000 });

const limiter = (refused = new RefusedKeys(() => undefined)) => new RateLimiter(counter(), refused);

/** The beginning of a second and of a window of a minute, a while from now. */
const stopClocks = () =>
	vi.useFakeTimers({
		toFake: ['Date', 'performance'],
		now: Math.ceil(Date.now() / 120_000) * 120_000
	});

test('a flood of reports from everywhere is counted by the process, and costs the counter nothing', async () => {
	stopClocks();
	const counted = limiter();
	const statements = await countStatements(async () => {
		for (let n = 0; n < 200; n += 1) await counted.check('browserError', uuid());
	});
	expect(statements).toBe(POLICIES.browserError.countedPerSecond);

	vi.advanceTimersByTime(1_000);
	expect(await countStatements(() => counted.check('browserError', uuid()))).toBe(1);
});

test('whoever floods is refused all the same, and each limit has its own second', async () => {
	stopClocks();
	const counted = limiter();
	for (let n = 0; n < 100; n += 1) await counted.check('browserError', uuid());

	const one = uuid();
	const verdicts: Verdict[] = [];
	for (let n = 0; n < 31; n += 1) verdicts.push(await counted.check('browserError', one));
	expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(30);
	expect(verdicts.at(-1)).toMatchObject({ allowed: false, retryAfterSeconds: 60 });
	expect(await countStatements(() => counted.check('pageView', one))).toBe(1);
});

test('what is not for reports is always counted for all processes', async () => {
	stopClocks();
	const counted = limiter();
	const tries = 2 * POLICIES.browserError.countedPerSecond;
	const statements = await countStatements(async () => {
		for (let n = 0; n < tries; n += 1) await counted.check('signIn', uuid());
	});
	expect(statements).toBe(tries);
});

test('who was refused in a flood is known to operators, and switches the counting off for nobody', async () => {
	const refused = new RefusedKeys(() => undefined);
	const noted = vi.spyOn(refused, 'add');
	stopClocks();
	const counted = limiter(refused);
	const one = uuid();
	for (let n = 0; n < 200; n += 1) await counted.check('browserError', one);
	expect(noted).not.toHaveBeenCalled();
	expect(await countStatements(() => counted.check('browserError', uuid()))).toBe(1);

	for (let n = 0; n < 50; n += 1) await counted.check('browserError', uuid());
	const another = uuid();
	for (let n = 0; n < 31; n += 1) await counted.check('browserError', another);
	expect(noted.mock.calls.map(([key]) => key)).toEqual([
		expect.stringMatching(/^refused:browserError:/)
	]);
});
