import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { db } from './db';
import { env } from './env';
import { POLICIES } from './rate-limit';
import { keepVitals } from './web-vitals';

const ORIGIN = 'https://coda.test';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const ROUTE = '/(auth)/sign-in';

/** What a page reports, as the server gets it. */
function report(measured: object, headers: Record<string, string> = {}, body?: string) {
	const request = new Request(`${ORIGIN}/api/vitals`, {
		method: 'POST',
		headers: { origin: ORIGIN, 'user-agent': FIREFOX, ...headers },
		body: body ?? JSON.stringify({ id: randomUUID(), route: ROUTE, ...measured })
	});
	const event = {
		request,
		url: new URL(request.url),
		getClientAddress: () => '203.0.113.7'
	};
	return keepVitals(event as unknown as RequestEvent);
}

/** What a refused report may have otherwise than others. */
interface Given {
	measured?: object;
	headers?: Record<string, string>;
	body?: string;
}

const kept = () => db.webVital.findMany();
const { tier } = env();

beforeEach(async () => {
	env().tier = 'production';
	await db.webVital.deleteMany();
	await db.rateLimit.deleteMany();
});

afterEach(() => {
	env().tier = tier;
});

describe('what a page has measured', () => {
	test('is kept in whole units, with its route and kind of device and nobody’s name', async () => {
		await report({ lcp: 1_840.6, inp: 96, cls: 0.0512, fcp: 900.2, ttfb: 120.9 });

		const [row] = await kept();
		expect(row).toMatchObject({ route: ROUTE, device: 'desktop', weight: 1 });
		expect(row).toMatchObject({ lcp: 1_841, inp: 96, cls: 512, fcp: 900, ttfb: 121 });
		expect(Object.keys(row ?? {})).toHaveLength(10);
	});

	test('and measures again belongs to the same load, and the newest holds', async () => {
		const id = randomUUID();
		await report({ id, lcp: 1_000, cls: 0.01 });
		await report({ id, inp: 40, cls: 0.2 });

		expect(await kept()).toMatchObject([{ lcp: 1_000, inp: 40, cls: 2_000 }]);
	});

	test('changes nothing of a load of another page, or of yesterday', async () => {
		const [id, old] = [randomUUID(), randomUUID()];
		await report({ id, lcp: 1_000 });
		await report({ id: old, lcp: 1_000 });
		await db.$executeRaw`UPDATE web_vitals SET at = now() - interval '25 hours' WHERE id = ${old}::uuid`;

		await report({ id, route: '/(auth)/sign-up', lcp: 9_000 });
		await report({ id: old, lcp: 9_000 });

		expect(await kept()).toMatchObject([{ lcp: 1_000 }, { lcp: 1_000 }]);
	});

	test.each([
		['below nothing', { lcp: -1 }],
		['beyond what anyone waits for', { lcp: 1e9 }],
		['no number', { lcp: 'fast' }],
		['nothing, which is what NaN becomes', { lcp: NaN }]
	])('is left out where it is %s, and the rest holds', async (_, absurd) => {
		await report({ ...absurd, ttfb: 100 });

		expect(await kept()).toMatchObject([{ lcp: null, ttfb: 100 }]);
	});
});

describe('nothing is kept', () => {
	test.each([
		['of who sends Do Not Track', { dnt: '1' }],
		['of who sends the Global Privacy Control', { 'sec-gpc': '1' }],
		['of a crawler', { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' }]
	])('%s, and they are told the same', async (_, headers) => {
		await report({ lcp: 1_000 }, headers);

		expect(await kept()).toEqual([]);
	});

	test('where nothing was measured, or all of it is absurd', async () => {
		await report({});
		await report({ cls: -1, inp: 1e12 });

		expect(await kept()).toEqual([]);
	});

	test.each([
		['another site', 403, { headers: { origin: 'https://evil.test' } }],
		['a page that does not exist', 400, { measured: { route: '/wp-admin', lcp: 1 } }],
		['a load without an id', 400, { measured: { id: '1', lcp: 1 } }],
		['something that is no JSON', 400, { body: '{"lcp":NaN}' }],
		['something long', 413, { headers: { 'content-length': '5000' }, body: 'x'.repeat(5_000) }]
	])('that %s reports', async (_, status, given) => {
		const { measured = {}, headers, body } = given as Given;

		await expect(report(measured, headers, body)).rejects.toMatchObject({ status });

		expect(await kept()).toEqual([]);
	});

	test('beyond what one address may report', async () => {
		const refused: unknown[] = [];
		const { tokens } = POLICIES.webVitals;
		for (let sent = 0; sent < tokens + 10; sent += 1) {
			await report({ ttfb: 100 }).catch((error) => refused.push(error));
		}

		expect(refused[0]).toMatchObject({ status: 429 });
	});
});
