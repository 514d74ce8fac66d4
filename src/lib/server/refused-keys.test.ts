import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { setEnvironment } from '#tests/support/environment';
import { startRedis, type TestRedis } from '#tests/support/redis';
import { countStatements } from '#tests/support/statements';
import { startUpstash, type UpstashServer } from '#tests/support/upstash-server';
import { THRESHOLDS } from '$lib/thresholds';
import { db } from './db';
import { RateLimiter } from './rate-limit';
import { LimitCounter } from './rate-limit-counter';
import { purgeRateLimits } from './rate-limit-window';
import { RefusedKeys } from './refused-keys';
import { readRefusals } from './services/alert-readings';
import { UNHURRIED } from './services/batches';

let redis: TestRedis;
let upstash: UpstashServer;

beforeAll(async () => {
	redis = await startRedis();
	upstash = await startUpstash(redis.url);
	setEnvironment({ UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: upstash.token });
});

afterAll(async () => {
	await upstash.stop();
	await redis.stop();
});

beforeEach(() => db.$executeRaw`TRUNCATE rate_limits`);

/** A limiter that counts in Redis, and writes down who was refused when its test says so. */
function limiter() {
	const refused = new RefusedKeys(() => undefined);
	const counter = new LimitCounter({ tier: 'development', upstash, timeoutMs: 20_000 });
	return { refused, limits: new RateLimiter(counter, refused) };
}

/** So many people, each of whom comes once too often. */
async function storm(limits: RateLimiter, people: number): Promise<void> {
	await Promise.all(
		Array.from({ length: people }, async () => {
			const who = crypto.randomUUID();
			for (let n = 0; n < 5; n += 1) await limits.check('signInMail', who);
		})
	);
}

test('that many come too often is known where Redis counts, in one statement', async () => {
	const { refused, limits } = limiter();
	await storm(limits, THRESHOLDS.rateLimitedAtOnce - 1);
	await limits.check('signInMail', 'calm');

	expect(await countStatements(() => refused.flush())).toBe(1);
	expect(await readRefusals()).toEqual([{ isBad: false, says: '49 refused' }]);

	await storm(limits, 1);
	await refused.flush();
	expect(await readRefusals()).toEqual([{ isBad: true, says: '50 refused' }]);
});

test('what was refused is forgotten with its window', async () => {
	const { refused, limits } = limiter();
	await storm(limits, 2);
	await refused.flush();
	await db.$executeRaw`UPDATE rate_limits SET expires_at = now() - interval '1 second'`;

	expect(await readRefusals()).toEqual([{ isBad: false, says: '0 refused' }]);
	expect(await purgeRateLimits(UNHURRIED)).toEqual({ deleted: 2, more: false });
});

test('whoever is refused in memory while Redis is away is known as well', async () => {
	const said = vi.spyOn(console, 'warn').mockReturnValue();
	const { refused, limits } = limiter();
	upstash.lie((_, response) => response.writeHead(500).end());
	await storm(limits, 3);
	upstash.lie();
	await refused.flush();

	expect(await readRefusals()).toEqual([{ isBad: false, says: '3 refused' }]);
	said.mockRestore();
});

test('a flood of refusals costs no more memory, and who comes again is one row', async () => {
	const refused = new RefusedKeys(() => undefined);
	const until = new Date(Date.now() + 60_000);
	for (let n = 0; n < 100_000; n += 1) refused.add(`key ${n % 20_000}`, until);

	await refused.flush();

	expect(await db.rateLimit.count()).toBe(5_000);
});
