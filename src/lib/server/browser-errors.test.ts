import type { RequestEvent } from '@sveltejs/kit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { takeBrowserError } from './browser-errors';
import { flushErrors, startErrorCollector } from './capture';
import { db } from './db';
import { POLICIES } from './rate-limit';

const ORIGIN = 'https://coda.test';

/** A report as the server gets it. */
function report(body: unknown, { origin = ORIGIN, address = '203.0.113.7' } = {}) {
	const request = new Request(`${ORIGIN}/api/errors`, {
		method: 'POST',
		headers: { origin, 'content-type': 'application/json' },
		body: typeof body === 'string' ? body : JSON.stringify(body)
	});
	const event = { request, url: new URL(request.url), getClientAddress: () => address };
	return takeBrowserError(event as unknown as RequestEvent);
}

const groups = async () => {
	await flushErrors();
	return db.errorGroup.findMany({ include: { events: true } });
};

beforeEach(async () => {
	vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	await db.errorGroup.deleteMany();
	await db.rateLimit.deleteMany();
	startErrorCollector();
});

describe('an error that a page tells of', () => {
	test('is kept with its route, its build and what came before', async () => {
		const crumb = { atMs: 1_000, kind: 'page', path: '/ideas', status: 200 };
		await report({
			...{ kind: 'TypeError', message: 'No', stack: 'TypeError: No', route: '/(app)/ideas' },
			...{ release: 'abc', breadcrumbs: [crumb] }
		});

		expect(await groups()).toMatchObject([
			{
				...{ source: 'browser', kind: 'TypeError', culprit: '/(app)/ideas', lastRelease: 'abc' },
				events: [{ route: '/(app)/ideas', breadcrumbs: [crumb] }]
			}
		]);
		// The log is not for anybody to fill.
		expect(console.warn).not.toHaveBeenCalled();
	});

	test('is cut where it is long, and never refused for that', async () => {
		await report({
			kind: 'K'.repeat(500),
			message: `\u0000${'m'.repeat(9_000)}`,
			route: 'r'.repeat(900)
		});

		const [group] = await groups();
		expect(group?.kind.length).toBeLessThanOrEqual(100);
		expect(group?.message.length).toBeLessThanOrEqual(1_000);
	});

	test.each([
		['nothing', 400],
		['{}', 400],
		['[]', 400],
		['{"kind":1,"message":"m"}', 400],
		['x'.repeat(50_000), 413]
	])('is not what a page sends: %.30s', async (body, status) => {
		await expect(report(body)).rejects.toMatchObject({ status });
		expect(await groups()).toEqual([]);
	});

	test('comes from no other site', async () => {
		const made = { kind: 'Error', message: 'Made up' };

		await expect(report(made, { origin: 'https://other.test' })).rejects.toMatchObject({
			status: 403
		});
		expect(await groups()).toEqual([]);
	});

	test('is one of a few from each network', async () => {
		const { tokens } = POLICIES.browserError;
		for (let n = 0; n < tokens; n += 1) await report({ kind: 'Error', message: 'Again' });

		await expect(report({ kind: 'Error', message: 'Again' })).rejects.toMatchObject({
			status: 429
		});
		await report({ kind: 'Error', message: 'Again' }, { address: '198.51.100.9' });

		expect(await groups()).toMatchObject([{ count: BigInt(tokens + 1) }]);
	});
});
