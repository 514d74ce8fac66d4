import type { RequestEvent } from '@sveltejs/kit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { db } from './db';
import { env } from './env';
import { countView } from './page-views';
import { POLICIES } from './rate-limit';
import { clearSwitch, setSwitch } from './services/switches';

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
		expect(first).toMatchObject({ route: pattern, device: 'desktop', country: null, weight: 1 });
		expect(first).toMatchObject({ browser: 'Firefox', system: 'Linux' });
		expect(second).toMatchObject({ device: 'mobile', browser: 'Safari', system: 'iOS' });
		expect(first?.visitor).toMatch(/^[\w-]{16}$/);
		expect(JSON.stringify(first)).not.toMatch(/203\.0\.113|140|X11/);
	});

	test.each([
		['the host of the site that led here', 'www.News.example', 'news.example'],
		['that no site led here', '', ''],
		['nothing of a host that is none', 'news.example/secret?q=1', ''],
		['nothing of this site itself', 'coda.test', null],
		['nothing where somebody goes on inside', undefined, null]
	])('keeps %s', async (_, from, referrer) => {
		await visit({ body: JSON.stringify({ route: pattern, from }) });

		expect(await views()).toMatchObject([{ referrer }]);
	});

	test('keeps no name of a browser that is nobody’s', async () => {
		await visit({ route: pattern, headers: { 'user-agent': 'Made-Up-Name/1.0 (Pretend OS) x' } });

		expect(await views()).toMatchObject([{ browser: '', system: '', device: 'other' }]);
	});

	test('believes no header of a country or an address that is not the host’s own', async () => {
		const headers = { 'x-vercel-ip-country': 'DE', 'x-forwarded-for': '198.51.100.1' };
		await visit({ route: pattern, headers });
		await visit({ route: pattern, headers: { ...headers, 'x-forwarded-for': '198.51.100.2' } });

		expect(await views()).toMatchObject([{ country: null }, { country: null }]);
		expect(await visitors()).toBe(1);
	});

	test('stands for as many as one of so many is counted of', async () => {
		const admin = await createAdmin();
		const plainly = { forSeconds: null, reason: '', confirmed: false };
		await setSwitch(admin, { name: 'viewSampling', value: 4, ...plainly });
		onTestFinished(() => clearSwitch(admin, { name: 'viewSampling', reason: '' }).then(() => {}));

		for (let n = 0; n < 200; n += 1) {
			const address = `203.0.113.${n}`;
			await visit({ route: pattern, address });
			await visit({ route: pattern, address });
		}

		// Visitors are sampled and not their views: whoever is counted is counted each time.
		const kept = await views();
		expect(kept).toHaveLength((await visitors()) * 2);
		expect(new Set(kept.map(({ weight }) => weight))).toEqual(new Set([4]));
		expect(kept.length * 4).toBeGreaterThan(200);
		expect(kept.length * 4).toBeLessThan(640);
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

	test('where the switch is off, and they are told the same', async () => {
		const admin = await createAdmin();
		const plainly = { forSeconds: null, reason: '', confirmed: false };
		await setSwitch(admin, { name: 'analytics', value: false, ...plainly });
		onTestFinished(() => clearSwitch(admin, { name: 'analytics', reason: '' }).then(() => {}));

		await visit({ route: pattern });

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
