import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createTRPCClient, httpLink } from '@trpc/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createPerson, createSession, sql } from '#tests/support/app-people';
import { startApp, type App } from '#tests/support/app-server';
import { freePort } from '#tests/support/free-port';
import {
	startOtlpReceiver,
	type ArrivedSpan,
	type OtlpReceiver
} from '#tests/support/otlp-receiver';
import { transformer } from '../../src/lib/transformer.ts';
import type { AppRouter } from '../../src/lib/server/trpc/router.ts';

/** Prints at its end what of OpenTelemetry a process had loaded. */
const PROBE = `data:text/javascript,${encodeURIComponent(`
	import { Module } from 'node:module';
	process.on('exit', () => {
		const names = Object.keys(Module._cache).filter((name) => name.includes('@opentelemetry'));
		console.log('loaded ' + names.length);
	});
`)}`;
const KEY = 'collector-key-of-nobody-else';

const traced = (receiver: Pick<OtlpReceiver, 'origin'>, env: Record<string, string> = {}) => ({
	OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin,
	OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${KEY}`,
	OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
	OTEL_METRIC_EXPORT_INTERVAL: '1000',
	OTEL_TRACES_SAMPLER_ARG: '1',
	LOG_LEVEL: 'debug',
	...env
});

/** The lines that a program wrote, from the latest. */
const linesOf = (app: App) =>
	app
		.output()
		.split('\n')
		.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, string>] : []));

describe('with a receiver', () => {
	let receiver: OtlpReceiver;
	let app: App;
	let ada: { email: string; headers: Record<string, string>; token: string };

	beforeAll(async () => {
		receiver = await startOtlpReceiver();
		app = await startApp({ env: traced(receiver) });
		const person = await createPerson(app);
		const token = await createSession(app, person);
		ada = {
			email: person.email,
			headers: { cookie: `coda-session=${token}`, origin: app.origin },
			token
		};
	});
	afterAll(async () => {
		await app.stop();
		await receiver.stop();
	});

	/** Asks, and gives the spans of that request once its own has come. */
	async function ask(path: string, init: RequestInit = {}) {
		const response = await fetch(`${app.origin}${path}`, {
			redirect: 'manual',
			...init,
			headers: { ...ada.headers, ...(init.headers as Record<string, string>) }
		});
		await response.text();
		const id = response.headers.get('x-request-id');
		const ofRequest = (span: ArrivedSpan) =>
			span.kind === 2 && span.attributes['coda.request.id'] === id;
		await receiver.until(() => receiver.spans.some(ofRequest));
		const root = receiver.spans.find(ofRequest) as ArrivedSpan;
		const parts = receiver.spans.filter(({ traceId }) => traceId === root.traceId);
		return { response, root, parts, id };
	}

	test('a page is a span by its route, with the calls and the statements in it', async () => {
		const { root, parts } = await ask('/ideas?from=somewhere-secret');

		expect(root).toMatchObject({
			name: 'GET /(app)/ideas',
			isFailed: false,
			attributes: {
				'http.request.method': 'GET',
				'http.route': '/(app)/ideas',
				'http.response.status_code': 200,
				'url.path': '/ideas'
			}
		});
		expect(root.parentSpanId ?? '').toBe('');
		const board = parts.find(({ name }) => name === 'ideas.list');
		expect(board?.parentSpanId).toBe(root.spanId);
		const statements = parts.filter(({ attributes }) => attributes['db.system.name']);
		expect(statements.length).toBeGreaterThan(1);
		expect(statements.some(({ parentSpanId }) => parentSpanId === board?.spanId)).toBe(true);
		expect(receiver.resource).toMatchObject({
			'service.name': 'coda',
			'deployment.environment.name': 'development'
		});
		expect(receiver.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
	});

	test('lines of the log say which trace they are of', async () => {
		const { root, id } = await ask('/ideas');

		const line = linesOf(app).find(
			({ requestId, message }) => requestId === id && message === 'Request'
		);
		expect(line).toMatchObject({ traceId: root.traceId, spanId: root.spanId });
		// Where operators look for it: as text of a line's fields.
		const found = () =>
			sql(app, 'SELECT id FROM log_lines WHERE fields ILIKE $1', [`%${root.traceId}%`]);
		await expect.poll(async () => (await found()).length).toBeGreaterThan(0);
	});

	test('an answer with 5xx is marked, and one with 4xx is not', async () => {
		const missing = await ask('/ideas/01933f60-0b1c-7d22-9a10-6c7e5d4f3b2a');
		expect(missing.response.status).toBe(404);
		expect(missing.root.isFailed).toBe(false);

		// A table that is away stands for a bug of ours.
		await sql(app, 'ALTER TABLE ideas RENAME TO ideas_away');
		const broken = await ask('/ideas').finally(() =>
			sql(app, 'ALTER TABLE ideas_away RENAME TO ideas')
		);
		expect(broken.response.status).toBe(500);
		expect(broken.root).toMatchObject({ isFailed: true });
		expect(broken.root.attributes['error.type']).toMatch(/\w+/);
		expect(
			broken.parts.some(({ isFailed, attributes }) => isFailed && attributes['db.system.name'])
		).toBe(true);
		expect(broken.parts.every(({ status }) => !status?.message)).toBe(true);
		const kept = () =>
			sql(app, `SELECT id FROM error_events WHERE tags->>'trace' = $1`, [broken.root.traceId]);
		await expect.poll(async () => (await kept()).length).toBeGreaterThan(0);
	});

	test('only who shows a secret of ours names the trace', async () => {
		const named = () => randomBytes(16).toString('hex');
		const [ours, theirs] = [named(), named()];
		const header = (id: string) => ({ traceparent: `00-${id}-00f067aa0ba902b7-01` });

		const clock = await ask('/api/cron/tick', {
			headers: { ...header(ours), authorization: `Bearer ${app.cronSecret}` }
		});
		const stranger = await ask('/ideas', { headers: header(theirs) });

		expect(clock.root).toMatchObject({ traceId: ours, parentSpanId: '00f067aa0ba902b7' });
		expect(stranger.root.traceId).not.toBe(theirs);
	});

	test('a task of the clock is a span with its statements', async () => {
		const { root } = await ask('/api/cron/purge-sessions', {
			headers: { authorization: `Bearer ${app.cronSecret}` }
		});

		// The clock may have begun one of its own before.
		const isTask = ({ name, traceId }: ArrivedSpan) =>
			name === 'task purge-sessions' && traceId === root.traceId;
		await receiver.until(() => receiver.spans.some(isTask));
		const task = receiver.spans.find(isTask);
		expect(task).toMatchObject({ traceId: root.traceId, parentSpanId: root.spanId });
		expect(task?.attributes).toMatchObject({
			'coda.task.trigger': 'manual',
			'coda.task.outcome': 'succeeded'
		});
		expect(receiver.spans.some(({ parentSpanId }) => parentSpanId === task?.spanId)).toBe(true);
	});

	test('figures arrive: requests, statements, connections, the process', async () => {
		await ask('/ideas');

		const told = (metric: string, attributes: Record<string, unknown> = {}) =>
			receiver.points.some(
				(point) =>
					point.metric === metric &&
					Object.entries(attributes).every(([name, value]) => point.attributes[name] === value)
			);
		await receiver.until(
			() =>
				told('http.server.request.duration', {
					'http.route': '/(app)/ideas',
					'http.response.status_code': 200
				}) &&
				told('db.client.operation.duration') &&
				told('db.client.connection.count', { 'db.client.connection.state': 'idle' }) &&
				told('db.client.connection.max') &&
				told('rpc.server.call.duration') &&
				told('coda.deferred.duration') &&
				told('process.memory.usage') &&
				told('nodejs.eventloop.delay.p99') &&
				told('coda.done_without', { name: 'spans.dropped' })
		);
	});

	test('what a limit refused is counted by its policy', async () => {
		const credentials = new URLSearchParams({ email: 'bob@example.com' });
		for (let n = 0; n < 12; n += 1) {
			await fetch(`${app.origin}/sign-in`, {
				...{ method: 'POST', body: credentials, redirect: 'manual' },
				headers: { origin: app.origin }
			}).then((response) => response.text());
		}

		await receiver.until(() =>
			receiver.points.some(
				({ metric, attributes, value }) =>
					metric === 'coda.rate_limit.refusals' && attributes.policy !== '' && value > 0
			)
		);
	});

	test('a mail that leaves is a span, and nothing of it is told', async () => {
		await sql(
			app,
			`INSERT INTO outbox (id, kind, template, recipient, payload) VALUES (gen_random_uuid(), 'mail', 'x', 'a@example.com', 'broken')`
		);
		await fetch(`${app.origin}/api/cron/send-outbox`, {
			headers: { authorization: `Bearer ${app.cronSecret}` }
		}).then((response) => response.text());

		await receiver.until(() => receiver.spans.some(({ name }) => name === 'deliver mail'));
		const delivery = receiver.spans.find(({ name }) => name === 'deliver mail');
		expect(delivery?.attributes).toMatchObject({ 'coda.outbox.kind': 'mail' });
		await receiver.until(() =>
			receiver.points.some(({ metric }) => metric === 'coda.outbox.deliveries')
		);
	});

	test('no address, token, word or parameter is in anything that was sent', async () => {
		const words = ['Babbage-words', 'secret-token-9Zq8aaaaBBBBccccDDDD1111'];
		await ask(`/sign-in/confirm?token=${words[1]}`);
		await ask(`/nobody/${encodeURIComponent(ada.email)}/${words[1]}`);
		const api = createTRPCClient<AppRouter>({
			links: [httpLink({ url: `${app.origin}/api/trpc`, transformer, headers: ada.headers })]
		});
		const title = words[0] ?? '';
		const idea = await api.ideas.create.mutate({ title, clientKey: randomUUID() });
		await ask(`/ideas/${idea.id}`);
		await ask(`/ideas?q=${title}`);

		const everything = receiver.requests.map(({ body }) => body.toString()).join('\n');
		expect(everything).toContain('"ideas.create"');
		for (const secret of [...words, ada.email, ada.token, app.cronSecret, KEY]) {
			expect(everything).not.toContain(secret);
		}
		expect(everything).not.toMatch(/[\w.+-]+(@|%40)example\.com/);
		expect(everything).not.toContain('postgresql://');
		expect(app.output()).not.toContain(KEY);
	});
});

describe('a program', () => {
	const ending: (() => Promise<unknown>)[] = [];
	afterEach(async () => {
		for (const end of ending.splice(0).reverse()) await end();
	});
	async function start(env: Record<string, string>): Promise<App> {
		const app = await startApp({ env });
		ending.push(() => app.stop());
		return app;
	}
	const get = (app: App, path: string) =>
		fetch(`${app.origin}${path}`).then((answer) => answer.text());

	test('sends what is left before it ends, as Protobuf where nothing else is said', async () => {
		const receiver = await startOtlpReceiver();
		ending.push(() => receiver.stop());
		const app = await startApp({
			env: traced(receiver, {
				OTEL_EXPORTER_OTLP_PROTOCOL: '',
				OTEL_METRIC_EXPORT_INTERVAL: '3600000'
			})
		});
		await get(app, '/terms');

		await app.stop();

		const [traces, metrics] = ['/v1/traces', '/v1/metrics'].map((path) =>
			receiver.requests.filter((request) => request.path === path)
		);
		expect(traces?.[0]?.headers['content-type']).toBe('application/x-protobuf');
		const bytes = Buffer.concat((traces ?? []).map(({ body }) => body)).toString('latin1');
		expect(bytes).toContain('http.route');
		expect(metrics?.[0]?.body.toString('latin1')).toContain('http.server.request.duration');
	});

	test('that is to send nothing loads nothing of it, and one that is to send does', async () => {
		const receiver = await startOtlpReceiver();
		ending.push(() => receiver.stop());
		const probe = { NODE_OPTIONS: `--import=${PROBE}` };
		const [without, within] = await Promise.all([
			startApp({ env: probe }),
			startApp({ env: traced(receiver, probe) })
		]);
		await Promise.all([get(without, '/sign-in'), get(within, '/sign-in')]);

		await Promise.all([without.stop(), within.stop()]);

		expect(without.output()).toContain('loaded 0\n');
		expect(without.output()).not.toContain('traceId');
		expect(within.output()).toMatch(/loaded [1-9]\d+\n/);
	});

	test('answers as ever while the receiver is away, hangs, or never ends, and ends in time', async () => {
		const away = { origin: `http://127.0.0.1:${await freePort()}` };
		const hanging = await startHanging();
		ending.push(() => hanging.stop());
		const endless = await startOtlpReceiver();
		endless.answer = (response) => {
			const more = () => {
				if (!response.destroyed) response.write('x'.repeat(65_536), more);
			};
			response.writeHead(200);
			more();
			return 200;
		};
		ending.push(() => endless.stop());

		for (const receiver of [away, hanging, endless]) {
			const app = await startApp({ env: traced(receiver) });
			await get(app, '/sign-in');
			const slowest = Math.max(...(await timesOf(40, () => get(app, '/sign-in'))));
			expect(slowest).toBeLessThan(2_000);
			const startedAt = performance.now();
			await app.stop();
			expect(performance.now() - startedAt).toBeLessThan(12_000);
		}
	});

	test('shows what was dropped to operators', async () => {
		const receiver = await startOtlpReceiver();
		ending.push(() => receiver.stop());
		receiver.answer = (response) => {
			response.writeHead(401).end();
			return 401;
		};
		const app = await start(traced(receiver));
		await get(app, '/sign-in');
		await receiver.until(() => receiver.requests.some(({ path }) => path === '/v1/traces'));

		const headers = { authorization: `Bearer ${app.cronSecret}` };
		const dropped = async () => {
			const answer = await fetch(`${app.origin}/readyz?verbose`, { headers });
			const { counters } = (await answer.json()) as { counters: Record<string, number> };
			return counters['spans.dropped'] ?? 0;
		};
		await expect.poll(dropped).toBeGreaterThan(0);
	});
});

async function timesOf(count: number, work: () => Promise<unknown>): Promise<number[]> {
	const times: number[] = [];
	for (let n = 0; n < count; n += 1) {
		const startedAt = performance.now();
		await work();
		times.push(performance.now() - startedAt);
	}
	return times;
}

/** Somebody who takes connections and never says a word. */
async function startHanging() {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => undefined).resume();
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async stop() {
			for (const socket of sockets) socket.destroy();
			server.close();
			await once(server, 'close');
		}
	};
}
