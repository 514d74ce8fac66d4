import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
	ParentBasedSampler,
	TracerProvider,
	TraceIdRatioBasedSampler,
	type SpanProcessor
} from '@opentelemetry/sdk-trace';
import type { SpanAbout, Tracer } from '../tracing';

const KINDS = {
	internal: SpanKind.INTERNAL,
	server: SpanKind.SERVER,
	client: SpanKind.CLIENT
} as const;

/** Longer texts of a span are cut. */
const TEXT_CHARS = 300;

/** How spans are made, and which. */
export interface TracerOptions {
	/** Which share of traces is recorded, from 0 to 1. */
	ratio: number;
	resource: Resource;
	processor: SpanProcessor;
}

/**
 * What begins spans. Which trace is recorded is decided here and by its id alone: whoever asks from outside may name
 * the trace, and what they say of sampling is not heard.
 */
export function createTracer({ ratio, resource, processor }: TracerOptions): Tracer {
	const share = new TraceIdRatioBasedSampler(ratio);
	const provider = new TracerProvider({
		resource,
		sampler: new ParentBasedSampler({
			root: share,
			remoteParentSampled: share,
			remoteParentNotSampled: share
		}),
		spanLimits: { attributeValueLengthLimit: TEXT_CHARS, attributeCountLimit: 32 },
		spanProcessors: [processor]
	});
	const tracer = provider.getTracer('coda');
	const failed = new WeakSet<Span>();
	return {
		begin: (about, parent) =>
			tracer.startSpan(
				about.name,
				{ kind: KINDS[about.kind ?? 'internal'], attributes: about.attributes },
				contextOf(about, parent)
			),
		fail(span, errorType) {
			if (failed.has(span)) return;
			failed.add(span);
			span.setAttribute('error.type', errorType);
			span.setStatus({ code: SpanStatusCode.ERROR });
		}
	};
}

/** W3C Trace Context: version, trace, span and flags. Zeros alone are no id. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

function contextOf({ traceparent }: SpanAbout, parent: Span | undefined): Context {
	if (parent) return trace.setSpan(ROOT_CONTEXT, parent);
	const [, traceId, spanId] = TRACEPARENT.exec(traceparent ?? '') ?? [];
	if (!traceId || !spanId) return ROOT_CONTEXT;
	return trace.setSpanContext(ROOT_CONTEXT, {
		...{ traceId, spanId },
		traceFlags: TraceFlags.NONE,
		isRemote: true
	});
}
