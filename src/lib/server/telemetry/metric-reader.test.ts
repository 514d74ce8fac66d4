import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { counters } from '../counters';
import { OtlpMetricReader } from './metric-reader';
import type { Sent } from './otlp';

const answers: [string, Sent, number][] = [
	['all', { outcome: 'taken', rejected: 0 }, 0],
	['a part', { outcome: 'taken', rejected: 2 }, 1],
	['nothing', { outcome: 'refused' }, 1]
];

test.each(answers)('of figures the receiver takes %s', async (_, answer, unsent) => {
	const reader = new OtlpMetricReader(() => Promise.resolve(answer), 3_600_000);
	const provider = new MeterProvider({ readers: [reader] });
	provider.getMeter('test').createCounter('times').add(1);
	const before = counters()['metrics.unsent'];

	await reader.forceFlush();

	expect(counters()['metrics.unsent'] - before).toBe(unsent);
});
