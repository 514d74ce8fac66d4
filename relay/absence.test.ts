import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { AppAbsence } from '#protocol/events';
import { Absence, LEAST_MISSES } from './absence.ts';
import { driveClock } from './clock.ts';
import { PresenceReporter } from './presence.ts';
import { MemoryRegistry } from './registry.ts';

afterEach(() => {
	vi.useRealTimers();
});

test('few misses are nothing; more are told from the first on, once', () => {
	const absence = new Absence();
	const miss = (times: number) => {
		for (let n = 1; n <= times; n += 1) absence.missed(n * 1_000);
	};

	miss(LEAST_MISSES - 1);
	expect(absence.answered(9_000)).toBeUndefined();
	miss(LEAST_MISSES);
	expect(absence.answered(9_000)).toEqual({ fromMs: 1_000, untilMs: 9_000 });
	expect(absence.answered(10_000)).toBeUndefined();

	miss(LEAST_MISSES);
	absence.unknown();
	expect(absence.answered(9_000)).toBeUndefined();
});

/** An app that answers as it is told; `reports` is what relays told it. */
async function startApp() {
	const reports: { absences?: AppAbsence[] }[] = [];
	const app = { answer: (_response: ServerResponse) => {}, ticks: 0 };
	const server = createServer((request, response) => {
		if (request.url?.startsWith('/api/cron')) {
			app.ticks += 1;
			return app.answer(response);
		}
		let text = '';
		request.on('data', (piece) => (text += piece));
		request.on('end', () => {
			reports.push(JSON.parse(text));
			response.writeHead(200, { 'content-type': 'application/json' }).end('{"resend":false}');
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const appUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return { app, reports, appUrl, close: () => server.close() };
}

test('an app that was away is told so by the next report; one that refuses is there', async () => {
	vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
	const { app, reports, appUrl, close } = await startApp();
	const registry = new MemoryRegistry();
	// Turns are by real time; here every tick has one.
	registry.takeTurn = async () => true;
	const log = () => {};
	const presence = new PresenceReporter({
		...{ relayId: 'one', appUrl, secret: 'of the relay', log, present: () => [] }
	});
	const say = (status: number, type: string) => (response: ServerResponse) =>
		response.writeHead(status, { 'content-type': type }).end('{}');
	app.answer = say(503, 'application/json');
	const stop = driveClock({
		...{ appUrl, cronSecret: 'of the clock', registry, log },
		onBack: (absence) => presence.wasAway(absence)
	});
	const tick = async () => {
		const before = app.ticks;
		await vi.advanceTimersByTimeAsync(30_000);
		await vi.waitUntil(() => app.ticks > before);
	};
	await vi.waitUntil(() => app.ticks === 1);

	for (let n = 0; n < LEAST_MISSES; n += 1) await tick();
	app.answer = say(502, 'text/html');
	for (let n = 0; n < LEAST_MISSES; n += 1) await tick();
	app.answer = say(200, 'application/json');
	await tick();

	const told = () => reports.flatMap(({ absences = [] }) => absences);
	await vi.waitUntil(() => told().length > 0);
	expect(told()).toEqual([{ fromMs: expect.any(Number), untilMs: expect.any(Number) }]);
	stop();
	await presence.stop();
	expect(told()).toHaveLength(1);
	close();
});
