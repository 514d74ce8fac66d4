import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, Span } from '@opentelemetry/api';

/*
 * What is traced says so through here. Until `startTracing` is called it costs a comparison, and nothing of
 * OpenTelemetry is loaded: this file knows its types only.
 */

/** What a span says of itself. Names and attributes hold no value that a person gave. */
export interface SpanAbout {
	name: string;
	kind?: 'internal' | 'server' | 'client';
	attributes?: Attributes;
	/** The trace that whoever asked belongs to (W3C `traceparent`), where they may say so. */
	traceparent?: string;
	/** What kind of failure an error is; nothing where it is an answer like any other. */
	errorType?: (error: unknown) => string | undefined;
}

/** A span while it is open. */
export interface OpenSpan {
	set(attributes: Attributes): void;
	/** Marks it as failed, by the class of what went wrong and never by its words. The first mark stays. */
	fail(errorType: string): void;
}

/** What begins and marks spans once tracing is on. */
export interface Tracer {
	begin(about: SpanAbout, parent: Span | undefined): Span;
	fail(span: Span, errorType: string): void;
}

const current = new AsyncLocalStorage<Span | undefined>();
let tracer: Tracer | undefined;

const NOTHING: OpenSpan = { set: () => undefined, fail: () => undefined };

/** Begins to trace, or ends it where nothing is given. */
export function startTracing(given: Tracer | undefined): void {
	tracer = given;
}

/**
 * Does something as a part of what is being traced. Outside of a trace that is recorded, and after the span around it
 * has ended, it only does it.
 */
export function traced<T>(about: SpanAbout, work: (span: OpenSpan) => Promise<T>): Promise<T> {
	return tracer && current.getStore()?.isRecording() ? inSpan(tracer, about, work) : work(NOTHING);
}

/** Does something that is a trace of its own, or goes on with the one that asked for it. */
export function tracedAlone<T>(about: SpanAbout, work: (span: OpenSpan) => Promise<T>): Promise<T> {
	return tracer ? inSpan(tracer, about, work) : work(NOTHING);
}

async function inSpan<T>(
	{ begin, fail }: Tracer,
	about: SpanAbout,
	work: (span: OpenSpan) => Promise<T>
): Promise<T> {
	const span = begin(about, current.getStore());
	const open: OpenSpan = {
		set: (attributes) => void span.setAttributes(attributes),
		fail: (errorType) => fail(span, errorType)
	};
	try {
		return await current.run(span, () => work(open));
	} catch (error) {
		const errorType = (about.errorType ?? errorClass)(error);
		if (errorType) fail(span, errorType);
		throw error;
	} finally {
		span.end();
	}
}

/** Does something that belongs to no trace, wherever it is called from. */
export const untraced = <T>(work: () => T): T => current.run(undefined, work);

/** Marks what is being traced as failed, by the class of an error. */
export function markFailed(error: unknown): void {
	const span = current.getStore();
	if (tracer && span?.isRecording()) tracer.fail(span, errorClass(error));
}

/** The class of an error, with its code where it has one. */
export function errorClass(error: unknown): string {
	if (!(error instanceof Error)) return 'thrown';
	const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
	return `${error.name}${code}`.slice(0, 100);
}

/** What lines of the log carry of a trace. */
export function traceFields(): { traceId: string; spanId: string } | undefined {
	if (!tracer) return undefined;
	const { traceId, spanId } = current.getStore()?.spanContext() ?? {};
	return traceId && spanId ? { traceId, spanId } : undefined;
}

/** The header that tells a program of ours which trace its answer is part of (W3C Trace Context, level 1). */
export function traceHeaders(): Record<string, string> {
	const { traceId, spanId, traceFlags = 0 } = (tracer && current.getStore()?.spanContext()) ?? {};
	if (!traceId || !spanId) return {};
	return { traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}` };
}
