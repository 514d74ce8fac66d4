import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setEnvironment } from '#tests/support/environment';
import { startOtlpReceiver, takeAll, type OtlpReceiver } from '#tests/support/otlp-receiver';
import { sendOtlp } from './otlp';

let receiver: OtlpReceiver;
beforeAll(async () => {
	receiver = await startOtlpReceiver();
	setEnvironment({
		OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.origin}/`,
		OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=a%20key, x-scope=one',
		OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json'
	});
});
afterAll(() => receiver.stop());
beforeEach(() => {
	receiver.answer = takeAll;
	receiver.requests = [];
});

const send = () => sendOtlp({ path: '/v1/traces', serializer: JsonTraceSerializer }, []);
const answering =
	(status: number, body = '', headers = {}): OtlpReceiver['answer'] =>
	(response) => {
		response.writeHead(status, headers).end(body);
		return status;
	};

test('the path of the signal is added, and the headers are sent as they were meant', async () => {
	expect(await send()).toEqual({ outcome: 'taken', rejected: 0 });

	expect(receiver.requests).toMatchObject([
		{
			path: '/v1/traces',
			headers: { 'api-key': 'a key', 'x-scope': 'one', 'content-type': 'application/json' }
		}
	]);
});

test('what was taken in part says how much was not', async () => {
	receiver.answer = answering(200, '{"partialSuccess":{"rejectedSpans":"3"}}');

	expect(await send()).toEqual({ outcome: 'taken', rejected: 3 });
});

test.each([400, 401, 404, 413, 500, 501])('after %s the same is not sent again', async (status) => {
	receiver.answer = answering(status, 'no');

	expect(await send()).toEqual({ outcome: 'refused' });
});

test.each([429, 502, 503, 504])('after %s it is, when it was said to', async (status) => {
	receiver.answer = answering(status, '', { 'retry-after': '7' });

	expect(await send()).toEqual({ outcome: 'away', waitMs: 7_000 });
});

test('no wait is longer than a minute, and what is no number is none', async () => {
	receiver.answer = answering(503, '', { 'retry-after': '86400' });
	expect(await send()).toEqual({ outcome: 'away', waitMs: 60_000 });

	receiver.answer = answering(503, '', { 'retry-after': 'Fri, 27 Nov 2026 10:00:00 GMT' });
	expect(await send()).toEqual({ outcome: 'away', waitMs: 0 });
});

test('no other address is followed, with the key in hand', async () => {
	receiver.answer = answering(307, '', { location: `${receiver.origin}/elsewhere` });

	expect(await send()).toEqual({ outcome: 'refused' });
	expect(receiver.requests).toHaveLength(1);
});

test('an answer without an end is left', async () => {
	receiver.answer = (response) => {
		const more = () => {
			if (!response.destroyed) response.write('x'.repeat(65_536), more);
		};
		response.writeHead(200);
		more();
		return 200;
	};

	expect(await send()).toEqual({ outcome: 'refused' });
});

test('a receiver that says nothing is away, after a few seconds', async () => {
	receiver.answer = () => 0;

	expect(await send()).toEqual({ outcome: 'away', waitMs: 0 });
});

test('one that is not there is away', async () => {
	const { origin } = receiver;
	await receiver.stop();

	expect(await send()).toEqual({ outcome: 'away', waitMs: 0 });

	receiver = await startOtlpReceiver();
	expect(receiver.origin).not.toBe(origin);
});
