import type { RequestEvent } from '@sveltejs/kit';
import { afterEach, expect, test } from 'vitest';
import { db } from './db';
import { maintenanceHandle } from './maintenance-handle';
import { readSwitches } from './switches';

afterEach(async () => {
	await db.switch.deleteMany();
	await readSwitches();
});

/** What a program gets that posts to an address while Coda is shut. */
async function posted(mode: 'full' | 'read-only', path: string): Promise<number> {
	await db.switch.deleteMany();
	await db.switch.create({
		data: { name: 'maintenance', value: { mode } },
		select: { name: true }
	});
	await readSwitches();
	const request = new Request(`https://coda.test${path}`, { method: 'POST' });
	const event = {
		...{ request, url: new URL(request.url), route: { id: path } },
		locals: { requestId: 'tests' },
		cookies: { get: () => undefined }
	} as unknown as RequestEvent;
	return (await maintenanceHandle({ event, resolve: () => new Response('in') })).status;
}

test.each(['/api/relay/presence', '/api/alerts/inbound'])(
	'%s is heard in full maintenance, and writes nothing in read-only',
	async (path) => {
		expect(await posted('full', path)).toBe(200);
		expect(await posted('read-only', path)).toBe(503);
	}
);

test('another address is shut in full maintenance', async () => {
	expect(await posted('full', '/api/vitals')).toBe(503);
});
