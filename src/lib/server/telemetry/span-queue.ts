import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { count } from '../counters';
import { deferFor } from '../defer';
import { env } from '../env';
import type { Sent } from './otlp';

const BATCH_SPANS = 512;
const QUEUE_SPANS = 4_096;
const FLUSH_MS = 1_000;
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];
/** A function on Vercel is not kept alive for longer than this to try again. */
const HELD_MS = 2_000;
/** A process that ends waits no longer for the receiver. */
const ENDING_MS = 6_000;

/**
 * Spans on their way out: buffered, and sent in batches by nobody's request. What the receiver does not take in time is
 * tried again with back-off; beyond the buffer the oldest are dropped and counted. Nothing in here throws or logs.
 */
export class SpanQueue implements SpanProcessor {
	#spans: ReadableSpan[] = [];
	#isScheduled = false;
	#failures = 0;
	#notBefore = -Infinity;
	#sending: Promise<void> | undefined;
	/** No batch is begun after this moment. */
	#until = Infinity;

	/**
	 * @param send sends one batch; it never throws
	 * @param later runs the work in so many milliseconds
	 * @param endingMs how long the end of the process waits for the receiver
	 */
	constructor(
		readonly send: (spans: ReadableSpan[]) => Promise<Sent>,
		readonly later = (ms: number, work: () => Promise<void>) => deferFor('send-spans', ms, work),
		readonly endingMs = ENDING_MS
	) {}

	/** Spans that wait to be sent. */
	get waiting(): number {
		return this.#spans.length;
	}

	onStart(): void {
		// What is sent is known when it ends.
	}

	onEnd(span: ReadableSpan): void {
		this.#spans.push(span);
		this.#trim();
		this.#schedule();
	}

	/** Sends one batch after the other, until nothing is left or the receiver is away. */
	forceFlush(): Promise<void> {
		this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
		return this.#sending;
	}

	/** Sends what is left before the process ends, as far as the time goes. */
	async shutdown(): Promise<void> {
		this.#until = performance.now() + this.endingMs;
		let timer: NodeJS.Timeout | undefined;
		const ended = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.endingMs)));
		await Promise.race([this.#sendRest(), ended]);
		clearTimeout(timer);
	}

	async #sendRest(): Promise<void> {
		if (this.#sending) {
			// What is on its way may have begun before the last span came.
			await this.#sending;
			if (this.#failures > 0) return;
		}
		this.#failures = 0;
		await this.forceFlush();
	}

	#trim() {
		const excess = this.#spans.length - QUEUE_SPANS;
		if (excess > 0) count('spans.dropped', this.#spans.splice(0, excess).length);
	}

	#schedule() {
		if (this.#isScheduled) return;
		const ms = Math.max(FLUSH_MS, this.#notBefore - performance.now());
		// There the next span tries again.
		if (env().VERCEL && ms > HELD_MS) return;
		this.#isScheduled = true;
		this.later(ms, async () => {
			this.#isScheduled = false;
			await this.forceFlush();
			if (this.#spans.length > 0) this.#schedule();
		});
	}

	async #sendAll(): Promise<void> {
		while (this.#spans.length > 0 && performance.now() < this.#until) {
			const batch = this.#spans.splice(0, BATCH_SPANS);
			const sent = await this.send(batch);
			if (sent.outcome === 'away') {
				const backOff = BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length - 1)] ?? 0;
				this.#failures += 1;
				this.#notBefore =
					performance.now() + Math.max(sent.waitMs, backOff * (0.5 + Math.random()));
				this.#spans.unshift(...batch);
				this.#trim();
				return;
			}
			this.#failures = 0;
			const lost = sent.outcome === 'refused' ? batch.length : sent.rejected;
			if (lost > 0) count('spans.dropped', lost);
		}
	}
}
