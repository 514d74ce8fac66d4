import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import { counters } from '../counters';
import { databasePools } from '../database-pools';
import type { Level, Measures } from '../measures';

/** What the semantic conventions say for durations of HTTP, in seconds. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const STATEMENT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/** A figure that somebody else asked for says nothing of now any more after this long. */
const LEVEL_MS = 180_000;
const NANOSECONDS = 1e9;
/** How often it is looked how late the event loop is. */
const LOOP_MS = 20;

/**
 * The instruments, by the names of the semantic conventions where there are some. What is told is of this process; the
 * receiver adds processes up.
 *
 * @param afterRequest is called when a request was measured
 */
export function createMeasures(meter: Meter, afterRequest: () => void): Measures {
	const seconds = (name: string, description: string, bounds = REQUEST_SECONDS) =>
		meter.createHistogram(name, {
			...{ description, unit: 's' },
			advice: { explicitBucketBoundaries: bounds }
		});
	const requests = seconds('http.server.request.duration', 'Until an answer begins.');
	const calls = seconds('rpc.server.call.duration', 'Calls of the API.');
	const statements = seconds(
		'db.client.operation.duration',
		'Statements, with the wait for a connection.',
		STATEMENT_SECONDS
	);
	const deferred = seconds('coda.deferred.duration', 'Work after an answer.');
	const refusals = meter.createCounter('coda.rate_limit.refusals', {
		description: 'Uses that a limit refused.'
	});
	const deliveries = meter.createCounter('coda.outbox.deliveries', {
		description: 'Attempts to deliver a message.'
	});
	observeProcess(meter);
	observePools(meter);
	const note = observeLevels(meter);
	return {
		request({ method, route, status, durationMs }) {
			requests.record(durationMs / 1_000, {
				...{ 'http.request.method': method, 'http.route': route },
				'http.response.status_code': status,
				...(status >= 500 && { 'error.type': String(status) })
			});
			afterRequest();
		},
		call: (procedure, status, durationMs) =>
			calls.record(durationMs / 1_000, {
				...{ 'rpc.system.name': 'trpc', 'rpc.method': procedure },
				'http.response.status_code': status
			}),
		statement: (name, durationMs, failure) =>
			statements.record(durationMs / 1_000, {
				...{ 'db.system.name': 'postgresql', 'db.query.summary': name },
				...(failure && { 'error.type': failure })
			}),
		refusal: (policy) => refusals.add(1, { policy }),
		deferred: (work, outcome, durationMs) => deferred.record(durationMs / 1_000, { work, outcome }),
		delivery: (kind, outcome) => deliveries.add(1, { kind, outcome }),
		level: note
	};
}

/** Memory, how late the event loop is, and what this process had to do without. */
function observeProcess(meter: Meter): void {
	const loop = monitorEventLoopDelay({ resolution: LOOP_MS });
	loop.enable();
	// What is measured is from one look to the next, and that is meant to take a while.
	const late = (nanoseconds: number) => Math.max(0, nanoseconds / NANOSECONDS - LOOP_MS / 1_000);
	meter
		.createObservableGauge('process.memory.usage', { unit: 'By' })
		.addCallback((memory) => memory.observe(process.memoryUsage.rss()));
	meter
		.createObservableGauge('v8js.memory.heap.used', { unit: 'By' })
		.addCallback((heap) => heap.observe(process.memoryUsage().heapUsed));
	const [p50, p99, max] = ['p50', 'p99', 'max'].map((name) =>
		meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, { unit: 's' })
	);
	if (p50 && p99 && max) {
		meter.addBatchObservableCallback(
			(delays) => {
				delays.observe(p50, late(loop.percentile(50)));
				delays.observe(p99, late(loop.percentile(99)));
				delays.observe(max, late(loop.max));
				loop.reset();
			},
			[p50, p99, max]
		);
	}
	meter
		.createObservableCounter('coda.done_without', {
			description: 'What /readyz?verbose counts, by its name there.'
		})
		.addCallback((result) => {
			for (const [name, times] of Object.entries(counters())) result.observe(times, { name });
		});
}

function observePools(meter: Meter): void {
	const connections = meter.createObservableUpDownCounter('db.client.connection.count');
	const waiting = meter.createObservableUpDownCounter('db.client.connection.pending_requests');
	const most = meter.createObservableUpDownCounter('db.client.connection.max');
	meter.addBatchObservableCallback(
		(result) => {
			for (const { name, pool } of databasePools()) {
				const of = { 'db.client.connection.pool.name': name };
				const { totalCount, idleCount, waitingCount, options } = pool;
				const state = 'db.client.connection.state';
				result.observe(connections, idleCount, { ...of, [state]: 'idle' });
				result.observe(connections, totalCount - idleCount, { ...of, [state]: 'used' });
				result.observe(waiting, waitingCount, of);
				result.observe(most, options.max, of);
			}
		},
		[connections, waiting, most]
	);
}

interface Noted {
	at: number;
	values: Record<string, number>;
}

/** Figures that are read for alerts and the overview: asking for them here would be a statement more, or a request. */
function observeLevels(meter: Meter): Measures['level'] {
	const noted = new Map<Level, Noted>();
	const tell = (level: Level, attribute: string) => (result: ObservableResult<Attributes>) => {
		const { at, values } = noted.get(level) ?? { at: -Infinity, values: {} };
		if (performance.now() - at > LEVEL_MS) return;
		for (const [name, value] of Object.entries(values)) {
			result.observe(value, { [attribute]: name });
		}
	};
	meter
		.createObservableGauge('coda.outbox.waiting', { description: 'Messages that wait to leave.' })
		.addCallback(tell('outbox', 'kind'));
	meter
		.createObservableGauge('coda.relay.connections', { description: 'What the relay holds.' })
		.addCallback(tell('relay', 'kind'));
	return (level, values) => {
		noted.set(level, { at: performance.now(), values: { ...noted.get(level)?.values, ...values } });
	};
}
