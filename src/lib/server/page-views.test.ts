import type { RequestEvent } from '@sveltejs/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { db } from './db';
import { env } from './env';
import { countView } from './page-views';
import { POLICIES } from './rate-limit';

const ORIGIN = 'https://coda.test';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const IPHONE =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

interface Visit {
	route?: string;
	address?: string;
	headers?: Record<string, string>;
	body?: string;
}

/** A beacon as the server gets it. */
function visit({ route = '/sign-in', address = '203.0.113.7', headers = {}, body }: Visit = {}) {
	const request = new Request(`${ORIGIN}/api/views`, {
		method: 'POST',
		headers: { origin: ORIGIN, 'user-agent': FIREFOX, ...headers },
		body: body ?? JSON.stringify({ route })
	});
	const event = { request, url: new URL(request.url), getClientAddress: () => address };
	return countView(event as unknown as RequestEvent);
}

const pattern = '/(auth)/sign-in';
const views = () => db.pageView.findMany({ orderBy: { id: 'asc' } });
const visitors = async () => new Set((await views()).map(({ visitor }) => visitor)).size;
const { tier } = env();

beforeEach(async () => {
	env().tier = 'production';
	await db.pageView.deleteMany();
	await db.rateLimit.deleteMany();
});

afterEach(() => {
	env().tier = tier;
});

describe('a view', () => {
	test('is kept as a pattern, a device and a visitor who has no name', async () => {
		await visit({ route: pattern });
		await visit({ route: pattern, headers: { 'user-agent': IPHONE } });

		const [first, second] = await views();
		expect(first).toMatchObject({ route: pattern, device: 'desktop', country: null });
		expect(second).toMatchObject({ device: 'mobile' });
		expect(first?.visitor).toMatch(/^[\w-]{16}$/);
		expect(JSON.stringify(first)).not.toMatch(/203\.0\.113|Firefox/);
	});

	test('and another on the same day are one visitor; another network or browser is another', async () => {
		for (const address of ['203.0.113.7', '203.0.113.7', '203.0.113.8']) {
			await visit({ route: pattern, address });
		}

		expect(await views()).toHaveLength(3);
		expect(await visitors()).toBe(2);
	});

	test('of the next day cannot be linked: the salt between them is gone', async () => {
		await visit({ route: pattern });
		const before = await db.dailySalt.findMany();
		// A day goes by: today's salt becomes yesterday's, and is destroyed.
		await db.$executeRaw`DELETE FROM daily_salts WHERE day <> (now() AT TIME ZONE 'UTC')::date`;
		await db.$executeRaw`UPDATE daily_salts SET day = day - 1`;

		await visit({ route: pattern });

		const { TASKS } = await import('./tasks');
		await TASKS['rotate-salt'].run();
		expect(await visitors()).toBe(2);
		const left = (await db.dailySalt.findMany()).map(({ salt }) =>
			Buffer.from(salt).toString('hex')
		);
		for (const { salt } of before) expect(left).not.toContain(Buffer.from(salt).toString('hex'));
	});
});

describe('nothing is kept', () => {
	test.each([
		['of who sends Do Not Track', { headers: { dnt: '1' } }],
		['of who sends the Global Privacy Control', { headers: { 'sec-gpc': '1' } }],
		['of a crawler', { headers: { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' } }],
		['of a program', { headers: { 'user-agent': 'curl/8.5.0' } }],
		['of who does not say what it is', { headers: { 'user-agent': '' } }]
	])('%s, and they are told the same', async (_, given: Visit) => {
		await visit({ route: pattern, ...given });

		expect(await views()).toEqual([]);
	});

	test.each(['development', 'preview'] as const)(
		'in %s, where there is no such address',
		async (tier) => {
			env().tier = tier;

			await expect(visit({ route: pattern })).rejects.toMatchObject({ status: 404 });

			expect(await views()).toEqual([]);
		}
	);

	test.each([
		['another site', 403, { headers: { origin: 'https://evil.test' } }],
		['a page that does not exist', 400, { route: '/wp-admin' }],
		['something that is no JSON', 400, { body: 'route=/' }],
		['something long', 413, { body: 'x'.repeat(5_000), headers: { 'content-length': '5000' } }]
	])('that %s reports', async (_, status, given: Visit) => {
		await expect(visit(given)).rejects.toMatchObject({ status });

		expect(await views()).toEqual([]);
	});

	test('beyond what one address may report', async () => {
		// One after the other: a counter that is asked by all at once answers late, and is given up.
		// A few more than the limit, because a window may end meanwhile.
		const { tokens } = POLICIES.pageView;
		const refused: unknown[] = [];
		for (let sent = 0; sent < tokens + 10; sent += 1) {
			await visit({ route: pattern, address: '198.51.100.9' }).catch((error) =>
				refused.push(error)
			);
		}

		expect(refused.length).toBeGreaterThan(0);
		expect(refused[0]).toMatchObject({ status: 429 });
		expect(await views()).toHaveLength(tokens + 10 - refused.length);
	});
});

test('Vercel’s own id of analytics changes nothing', async () => {
	env().PUBLIC_VERCEL_ANALYTICS_ID = 'legacy';
	await visit({ route: pattern });
	env().PUBLIC_VERCEL_ANALYTICS_ID = undefined;
	await visit({ route: pattern });

	expect(await visitors()).toBe(1);
});
