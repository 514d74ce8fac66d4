import {
	AggregationTemporality,
	MetricReader,
	InstrumentType,
	type ResourceMetrics
} from '@opentelemetry/sdk-metrics';
import { count } from '../counters';
import { defer } from '../defer';
import { env } from '../env';
import { untraced } from '../tracing';
import type { Sent } from './otlp';

/** For all instruments together. */
const COLLECT_MS = 2_000;

/** What goes up and down is told as it is, whichever way the rest is told. */
const LEVELS = new Set([InstrumentType.UP_DOWN_COUNTER, InstrumentType.OBSERVABLE_UP_DOWN_COUNTER]);

const temporalityOf = (instrument: InstrumentType) =>
	env().OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE === 'delta' && !LEVELS.has(instrument)
		? AggregationTemporality.DELTA
		: AggregationTemporality.CUMULATIVE;

/**
 * Sends all figures of this process every so often. On a Node server a timer does; on Vercel, where none runs between
 * requests, the work after a request.
 */
export class OtlpMetricReader extends MetricReader {
	#sentAt = performance.now();
	#sending: Promise<void> | undefined;
	#isAway = false;
	readonly #timer: NodeJS.Timeout | undefined;

	/** @param send sends what was collected; it never throws */
	constructor(
		readonly send: (metrics: ResourceMetrics) => Promise<Sent>,
		readonly everyMs = env().OTEL_METRIC_EXPORT_INTERVAL
	) {
		super({ aggregationTemporalitySelector: temporalityOf });
		if (!env().VERCEL) this.#timer = setInterval(() => void this.#sendAll(), everyMs).unref();
	}

	/** After a request: sends where it is time to and no timer does. */
	afterRequest(): void {
		if (this.#timer || performance.now() - this.#sentAt < this.everyMs) return;
		this.#sentAt = performance.now();
		untraced(() => defer('send-metrics', () => this.#sendAll()));
	}

	protected override onForceFlush(): Promise<void> {
		return this.#sendAll();
	}

	protected override async onShutdown(): Promise<void> {
		clearInterval(this.#timer);
		if (this.#sending) {
			await this.#sending;
			if (this.#isAway) return;
		}
		await this.#sendAll();
	}

	#sendAll(): Promise<void> {
		this.#sending ??= this.#collectAndSend().finally(() => (this.#sending = undefined));
		return this.#sending;
	}

	async #collectAndSend(): Promise<void> {
		this.#sentAt = performance.now();
		try {
			const { resourceMetrics } = await this.collect({ timeoutMillis: COLLECT_MS });
			if (resourceMetrics.scopeMetrics.length === 0) return;
			const sent = await this.send(resourceMetrics);
			this.#isAway = sent.outcome === 'away';
			if (sent.outcome !== 'taken' || sent.rejected > 0) count('metrics.unsent');
		} catch {
			// A timer does this: nobody else would hear of it.
			count('metrics.unsent');
		}
	}
}
