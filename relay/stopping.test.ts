import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	connect,
	connectPair,
	newIds,
	relaySecrets,
	startRelay,
	ticketsOf,
	type TestRelay
} from '#tests/support/relay';
import { PresenceReport } from '#protocol/events';
import { PresenceReporter } from './presence.ts';
import { ToldLines } from './told-lines.ts';

describe('a relay that stops', () => {
	test('tells everyone, closes one after the other, and takes nobody new', async () => {
		const relay = await startRelay({ limits: { drainPerSocketMs: 100 } });
		const { runner, writer } = await connectPair(relay.url);
		const listener = await connect(relay.url, ticketsOf(newIds()).events);
		await listener.said('ready');
		const order: string[] = [];
		for (const [name, end] of Object.entries({ runner, writer, listener })) {
			void end.closed.then(() => order.push(name));
		}

		const stopped = relay.stop();
		for (const end of [runner, writer, listener]) {
			expect(await end.said('goaway')).toEqual({ type: 'goaway', withinMs: 300 });
		}
		await expect(relay.get('/healthz')).rejects.toThrow();
		await stopped;

		expect(order).toEqual(['runner', 'writer', 'listener']);
		expect(await writer.closed).toEqual({ code: 1001, reason: 'going-away' });
	});

	test('does not wait for those who do not answer', async () => {
		const relay = await startRelay();
		const { writer } = await connectPair(relay.url);
		writer.socket.pause();

		await relay.stop();

		writer.socket.resume();
		expect([1001, 1006]).toContain((await writer.closed).code);
	});
});

/** The app, as far as a relay sees it. */
interface TestApp {
	server: Server;
	url: string;
	reports: PresenceReport[];
	authorizations: Set<string>;
	/** What it answers with. */
	answer: { status: number; resend: boolean; refusesLines: boolean };
	/** Reports that were refused for their lines. */
	refused: number;
}

async function startApp(): Promise<TestApp> {
	const app: TestApp = {
		server: createServer(),
		url: '',
		reports: [],
		authorizations: new Set(),
		answer: { status: 200, resend: false, refusesLines: false },
		refused: 0
	};
	app.server.on('request', async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
		app.authorizations.add(request.headers.authorization ?? '');
		let { status } = app.answer;
		if (request.url === '/api/relay/presence' && status === 200) {
			const report = PresenceReport.parse(JSON.parse(Buffer.concat(chunks).toString()));
			const isRefused = app.answer.refusesLines && report.lines !== undefined;
			if (isRefused) {
				app.refused += 1;
				status = 400;
			} else app.reports.push(report);
		}
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ resend: app.answer.resend }));
	});
	app.server.listen(0, '127.0.0.1');
	await once(app.server, 'listening');
	app.url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
	return app;
}

describe('presence', () => {
	let app: TestApp;
	beforeEach(async () => {
		app = await startApp();
	});
	afterEach(async () => {
		app.server.close();
		app.server.closeAllConnections();
	});

	/** A relay that reports to the app. */
	async function startReporting() {
		const relay = await startRelay({ onPresence: (change) => presence.changed(change) });
		const presence = new PresenceReporter({
			...{ relayId: 'one', appUrl: app.url, secret: relaySecrets.internal },
			log: () => {},
			present: () => relay.rooms.present()
		});
		return { relay, presence };
	}
	/** Reports for a relay, with its lines. */
	const reporting = (relay: TestRelay, told: ToldLines) =>
		new PresenceReporter({
			...{ relayId: 'one', appUrl: app.url, secret: relaySecrets.internal, told },
			log: () => {},
			present: () => relay.rooms.present()
		});
	const changes = () => app.reports.flatMap((report) => report.changes);

	test('is reported when a runner comes and goes, and in the end that nothing is held', async () => {
		const { relay, presence } = await startReporting();
		const { ids, runner } = await connectPair(relay.url);
		const { runnerId, personId } = ids;
		await expect.poll(changes).toMatchObject([{ runnerId, personId, online: true }]);

		runner.close();
		await expect.poll(changes).toMatchObject([{ online: true }, { online: false }]);
		await relay.stop();
		await presence.stop();

		const [came, went] = changes();
		expect(went).toMatchObject({ connectionId: came?.connectionId, epoch: came?.epoch });
		expect(app.reports.at(-1)).toMatchObject({ leaving: true, changes: [] });
		const sequences = app.reports.map(({ sequence }) => sequence);
		expect(sequences).toEqual([...sequences.keys()]);
		expect([...app.authorizations]).toEqual([`Bearer ${relaySecrets.internal}`]);
	});

	test('is told again, the newest only, when the app was away', async () => {
		app.answer.status = 503;
		const { relay, presence } = await startReporting();
		const { ids, runner } = await connectPair(relay.url);
		runner.close();
		await runner.closed;
		await expect.poll(() => relay.rooms.online).toBe(0);

		app.answer.status = 200;
		await expect.poll(changes, { timeout: 10_000 }).toHaveLength(1);

		expect(changes()).toMatchObject([{ runnerId: ids.runnerId, online: false }]);
		await relay.stop();
		await presence.stop();
	});

	test('carries errors of the relay, once, and of a storm a few', async () => {
		app.answer.status = 503;
		const { relay, presence } = await startReporting();
		for (let n = 0; n < 50; n += 1)
			presence.failed(new RangeError(`Odd ${n} ${'x'.repeat(5_000)}`));
		presence.failed('no error at all');
		app.answer.status = 200;

		await relay.stop();
		await presence.stop();

		const errors = app.reports.flatMap((report) => report.errors ?? []);
		expect(errors).toHaveLength(10);
		expect(errors[0]).toMatchObject({
			kind: 'RangeError',
			message: expect.stringMatching(/^Odd 0 x+$/),
			stack: expect.stringContaining('stopping.test')
		});
	});

	test('carries lines that operators look for, in batches, and with the last report what is left', async () => {
		const told = new ToldLines();
		for (let n = 0; n < 60; n += 1) told.push('warn', `Odd ${n}`, { n, nothing: undefined });
		told.push('info', 'Socket ready', {});
		told.push('debug', 'Relay listens', {});
		const relay = await startRelay({ told });
		const presence = reporting(relay, told);

		await expect.poll(() => told.waiting, { timeout: 10_000 }).toBe(0);
		const sizes = app.reports.flatMap(({ lines }) => (lines ? [lines.length] : []));
		expect(sizes).toEqual([50, 10]);
		told.push('info', 'Relay has stopped', {});
		await relay.stop();
		await presence.stop();

		const lines = app.reports.flatMap((report) => report.lines ?? []);
		expect(lines).toHaveLength(61);
		expect(lines[0]).toMatchObject({ level: 'warn', message: 'Odd 0', fields: { n: 0 } });
		expect(app.reports.at(-1)).toMatchObject({
			leaving: true,
			lines: [{ message: 'Relay has stopped' }]
		});
	});

	test('goes without its lines where these are refused, and the oldest are dropped and counted', async () => {
		const told = new ToldLines();
		const relay = await startRelay({ told, onPresence: (change) => presence.changed(change) });
		app.answer.refusesLines = true;
		const presence = reporting(relay, told);
		told.push('warn', 'Odd', { text: 'x'.repeat(5_000) });
		await expect.poll(() => app.refused, { timeout: 10_000 }).toBe(1);

		await connectPair(relay.url);
		await expect.poll(changes, { timeout: 10_000 }).toMatchObject([{ online: true }]);
		for (let n = 0; n < 600; n += 1) told.push('warn', `Odd ${n}`);

		expect(app.refused).toBe(1);
		expect(told).toMatchObject({ waiting: 500, dropped: 101 });
		const metrics = await relay.get('/metrics', {
			authorization: `Bearer ${relaySecrets.internal}`
		});
		expect(await metrics.text()).toMatch(
			/^coda_relay_lines_waiting 500$[^]*^coda_relay_lines_dropped_total 101$/m
		);
		await relay.stop();
		await presence.stop();
	});

	test('ends with the newest lines, also while lines were refused, and leaves without where they are', async () => {
		const told = new ToldLines();
		const relay = await startRelay({ told });
		app.answer.refusesLines = true;
		const presence = reporting(relay, told);
		for (let n = 0; n < 80; n += 1) told.push('warn', `Odd ${n}`);
		await expect.poll(() => app.refused, { timeout: 10_000 }).toBe(1);
		told.push('info', 'Relay has stopped', {});
		await relay.stop();
		const other = reporting(relay, told);

		await presence.stop();
		expect(app.refused).toBe(2);
		expect(app.reports.at(-1)).toMatchObject({ leaving: true });

		app.answer.refusesLines = false;
		await other.stop();
		expect(app.reports.at(-1)?.lines).toHaveLength(50);
		expect(app.reports.at(-1)?.lines?.at(-1)).toMatchObject({ message: 'Relay has stopped' });
	});

	test('is told whole to an app that does not know this relay', async () => {
		const { relay, presence } = await startReporting();
		const first = await connectPair(relay.url);
		await expect.poll(changes).toHaveLength(1);
		app.reports.length = 0;
		app.answer.resend = true;

		const second = await connectPair(relay.url);
		await expect.poll(() => app.reports.length).toBeGreaterThan(1);
		app.answer.resend = false;

		const told = new Set(changes().map(({ runnerId }) => runnerId));
		expect(told).toEqual(new Set([first.ids.runnerId, second.ids.runnerId]));
		await relay.stop();
		await presence.stop();
	});
});

describe('the program', () => {
	const secrets = {
		DEVMODE_JWT_SECRET: relaySecrets.ticket,
		RELAY_INTERNAL_SECRET: relaySecrets.internal
	};
	let child: ChildProcess | undefined;
	let lines: Record<string, unknown>[];
	afterEach(() => child?.kill('SIGKILL'));

	async function run(env: Record<string, string> = {}): Promise<string> {
		lines = [];
		child = spawn(
			process.execPath,
			['--import', 'tsx', fileURLToPath(new URL('./main.ts', import.meta.url))],
			{
				env: {
					PATH: process.env.PATH,
					CODA_TIER: 'development',
					RELAY_PORT: '0',
					...secrets,
					...env
				},
				stdio: ['ignore', 'pipe', 'inherit', 'ipc']
			}
		);
		let rest = '';
		child.stdout?.setEncoding('utf8').on('data', (text: string) => {
			const [...parts] = (rest + text).split('\n');
			rest = parts.pop() ?? '';
			lines.push(...parts.map((line) => JSON.parse(line) as Record<string, unknown>));
		});
		const [{ port }] = (await once(child, 'message')) as [{ port: number }];
		return `ws://127.0.0.1:${port}`;
	}

	test('ends with 0 after SIGTERM, and its log has ids and no tickets', async () => {
		const { runner, writer, ids } = await connectPair(await run());
		const ended = once(child as ChildProcess, 'exit');

		child?.kill('SIGTERM');

		expect(await runner.closed).toMatchObject({ code: 1001 });
		expect(await writer.closed).toMatchObject({ code: 1001 });
		expect(await ended).toEqual([0, null]);
		const text = JSON.stringify(lines);
		expect(text).toContain(ids.runnerId);
		expect(text).not.toMatch(/eyJ|tests-only/);
		expect(lines.map(({ message }) => message)).toEqual(
			expect.arrayContaining([
				'Relay listens',
				'Socket ready',
				'Socket closed',
				'Relay has stopped'
			])
		);
	});

	test('tells its app how it goes, and not of each connection', async () => {
		const app = await startApp();
		const url = await run({ RELAY_APP_URL: app.url, FLY_MACHINE_ID: 'machine7' });
		await connectPair(url);
		const ended = once(child as ChildProcess, 'exit');

		child?.kill('SIGTERM');
		await ended;

		const told = app.reports.flatMap((report) => report.lines ?? []);
		expect(told.map(({ message }) => message)).toEqual([
			'Relay listens',
			'Relay stops',
			'Relay empties itself',
			'Relay has stopped'
		]);
		expect(told[2]).toMatchObject({ level: 'info', fields: { sockets: 2, runners: 1 } });
		expect(app.reports.at(-1)?.relayId).toMatch(/^machine7-/);
		app.server.close();
		app.server.closeAllConnections();
	});

	test('that was killed is known by its end, and nothing of it is needed for the next', async () => {
		const { writer, ids } = await connectPair(await run());

		child?.kill('SIGKILL');
		expect((await writer.closed).code).toBe(1006);

		const again = await connectPair(await run(), ids);
		expect(again.channel).toBe(1);
	});
});
