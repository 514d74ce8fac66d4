import { emptyResource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTracing, traced, tracedAlone, traceFields, traceHeaders, untraced } from '../tracing';
import { createTracer } from './tracer';

let ended: ReadableSpan[] = [];
const start = (ratio: number) =>
	startTracing(
		createTracer({
			ratio,
			resource: emptyResource(),
			processor: {
				onStart: () => undefined,
				onEnd: (span) => void ended.push(span),
				forceFlush: () => Promise.resolve(),
				shutdown: () => Promise.resolve()
			}
		})
	);
const nothing = () => Promise.resolve();
const named = (name: string) => ended.find((span) => span.name === name);

beforeEach(() => {
	ended = [];
	start(1);
});
afterEach(() => startTracing(undefined));

test('of a thousand traces about a tenth is recorded', async () => {
	start(0.1);

	for (let n = 0; n < 1_000; n += 1) await tracedAlone({ name: 'request' }, nothing);

	// Four standard deviations; one run in fifteen thousand is outside.
	expect(ended.length).toBeGreaterThan(62);
	expect(ended.length).toBeLessThan(138);
});

test('what a recorded trace consists of is recorded, and of the others nothing', async () => {
	start(0.5);

	for (let n = 0; n < 200; n += 1) {
		await tracedAlone({ name: 'request' }, () =>
			traced({ name: 'call' }, () => traced({ name: 'statement' }, nothing))
		);
	}

	const traces = new Map<string, string[]>();
	for (const span of ended) {
		const { traceId } = span.spanContext();
		traces.set(traceId, [...(traces.get(traceId) ?? []), span.name]);
	}
	expect(traces.size).toBeGreaterThan(50);
	expect(traces.size).toBeLessThan(150);
	for (const names of traces.values()) expect(names).toEqual(['statement', 'call', 'request']);
});

test('parts know what they are part of', async () => {
	await tracedAlone({ name: 'request', kind: 'server' }, () =>
		traced({ name: 'call' }, () => traced({ name: 'statement', kind: 'client' }, nothing))
	);

	const [statement, call, request] = ended;
	expect(statement?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
	expect(call?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
	expect(request?.parentSpanContext).toBeUndefined();
});

test('whoever is heard names the trace, and not whether it is recorded', async () => {
	const ids = Array.from({ length: 200 }, (_, n) => n.toString(16).padStart(32, 'a'));
	start(0);
	for (const id of ids) {
		const traceparent = `00-${id}-00f067aa0ba902b7-01`;
		await tracedAlone({ name: 'request', traceparent }, () => {
			expect(traceFields()?.traceId).toBe(id);
			return nothing();
		});
	}
	expect(ended).toEqual([]);

	start(1);
	const traceparent = `00-${ids[0]}-00f067aa0ba902b7-00`;
	await tracedAlone({ name: 'request', traceparent }, nothing);

	expect(ended[0]?.spanContext().traceId).toBe(ids[0]);
	expect(ended[0]?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
});

test.each([
	'00-00000000000000000000000000000000-00f067aa0ba902b7-01',
	'00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
	'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
	'00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
	'4bf92f3577b34da6a3ce929d0e0e4736'
])('%s names no trace', async (traceparent) => {
	await tracedAlone({ name: 'request', traceparent }, nothing);

	expect(ended[0]?.parentSpanContext).toBeUndefined();
	expect(ended[0]?.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
});

test('an error marks what it went through by its class, and never by its words', async () => {
	class OutOfPaper extends Error {
		override name = 'OutOfPaper';
		readonly code = 'E7';
	}
	const failing = () => Promise.reject(new OutOfPaper('ada@example.com has none'));

	await expect(
		tracedAlone({ name: 'request', errorType: () => undefined }, () =>
			traced({ name: 'print' }, failing)
		)
	).rejects.toThrow('has none');

	expect(named('print')).toMatchObject({
		attributes: { 'error.type': 'OutOfPaper E7' },
		status: { code: 2 }
	});
	expect(named('request')?.status.code).toBe(0);
	expect(named('print')?.events).toEqual([]);
});

test('what goes on after its request has ended is no part of it, but for what stands alone', async () => {
	let letGo = () => undefined as void;
	const held = new Promise<void>((resolve) => (letGo = resolve));
	let later = Promise.resolve();
	await tracedAlone({ name: 'request' }, () => {
		later = held.then(() => traced({ name: 'late' }, nothing));
		void held.then(() => tracedAlone({ name: 'delivery' }, nothing));
		return nothing();
	});
	letGo();
	await later;
	await new Promise(setImmediate);

	expect(ended.map(({ name }) => name)).toEqual(['request', 'delivery']);
	expect(named('delivery')?.spanContext().traceId).toBe(named('request')?.spanContext().traceId);
});

test('programs of ours are told the trace; outside of one there is nothing to tell', async () => {
	await tracedAlone({ name: 'request' }, () => {
		const { traceId, spanId } = traceFields() ?? {};
		expect(traceHeaders()).toEqual({ traceparent: `00-${traceId}-${spanId}-01` });
		expect(untraced(traceHeaders)).toEqual({});
		return nothing();
	});

	expect(traceHeaders()).toEqual({});
	expect(traceFields()).toBeUndefined();
});
