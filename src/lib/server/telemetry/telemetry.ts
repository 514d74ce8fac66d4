import { randomUUID } from 'node:crypto';
import {
	JsonMetricsSerializer,
	JsonTraceSerializer,
	ProtobufMetricsSerializer,
	ProtobufTraceSerializer
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { VERSION } from '../build';
import { env } from '../env';
import { startMeasures } from '../measures';
import { startTracing } from '../tracing';
import { createMeasures } from './instruments';
import { OtlpMetricReader } from './metric-reader';
import { sendOtlp } from './otlp';
import { SpanQueue } from './span-queue';
import { createTracer } from './tracer';

/*
 * Everything of OpenTelemetry is behind this file, which is loaded only where OTEL_EXPORTER_OTLP_ENDPOINT is set.
 */

/** Begins to trace and to measure. @returns what sends the rest before the process ends */
export function startTelemetry(): () => Promise<void> {
	const isJson = env().OTEL_EXPORTER_OTLP_PROTOCOL === 'http/json';
	const resource = resourceOfThis();
	const queue = new SpanQueue((spans) =>
		sendOtlp(
			{
				path: '/v1/traces',
				serializer: isJson ? JsonTraceSerializer : ProtobufTraceSerializer
			},
			spans
		)
	);
	const reader = new OtlpMetricReader((metrics) =>
		sendOtlp(
			{
				path: '/v1/metrics',
				serializer: isJson ? JsonMetricsSerializer : ProtobufMetricsSerializer
			},
			metrics
		)
	);
	const meter = new MeterProvider({ resource, readers: [reader] }).getMeter('coda');
	startTracing(createTracer({ ratio: env().OTEL_TRACES_SAMPLER_ARG, resource, processor: queue }));
	startMeasures(createMeasures(meter, () => reader.afterRequest()));
	return async () => {
		await Promise.all([queue.shutdown(), reader.shutdown()]);
	};
}

/** Who tells: the receiver keeps processes apart by the instance, and adds them up. */
function resourceOfThis() {
	const { OTEL_SERVICE_NAME, release, tier } = env();
	return resourceFromAttributes({
		'service.name': OTEL_SERVICE_NAME,
		'service.version': VERSION,
		'service.instance.id': randomUUID(),
		'deployment.environment.name': tier,
		'vcs.ref.head.revision': release
	});
}
