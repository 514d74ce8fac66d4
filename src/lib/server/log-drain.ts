import { env } from './env';
import { sendOutbound } from './outbound';
import { untraced } from './tracing';

const BATCH_LINES = 200;
/** A line is bounded, and this is more than a batch of the longest. */
const BATCH_BYTES = 50_000_000;
const BUFFER_LINES = 5_000;
const FLUSH_MS = 1_000;
const TIMEOUT_MS = 5_000;
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

/**
 * Ships log lines to an HTTP endpoint in batches of newline-separated JSON.
 *
 * A request never waits for it: lines are buffered, sent in the background, tried again with
 * back-off, and when the buffer is full the oldest are dropped and counted. The count travels with
 * the next batch that gets through.
 */
export class LogDrain {
	#lines: string[] = [];
	#dropped = 0;
	#failures = 0;
	#timer: NodeJS.Timeout | undefined;
	#sending: Promise<void> | undefined;

	constructor(
		readonly url: string,
		readonly token?: string
	) {}

	/** Lines that were given up because the endpoint could not keep up. */
	get dropped(): number {
		return this.#dropped;
	}

	push(line: string): void {
		this.#lines.push(line);
		this.#trim();
		this.#schedule(FLUSH_MS);
	}

	/** Sends what is buffered now. Resolves also when the endpoint refuses: the lines stay buffered. */
	flush(): Promise<void> {
		this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
		return this.#sending;
	}

	#trim() {
		const excess = this.#lines.length - BUFFER_LINES;
		if (excess > 0) this.#dropped += this.#lines.splice(0, excess).length;
	}

	#schedule(delayMs: number) {
		if (this.#timer) return;
		this.#timer = untraced(() =>
			setTimeout(() => {
				this.#timer = undefined;
				void this.flush();
			}, delayMs)
		);
		this.#timer.unref();
	}

	/** Sends batch after batch until nothing is buffered or one is refused, before the process ends. */
	async drain(): Promise<void> {
		// What is under way may have begun before the last line came.
		await this.#sending;
		do await this.flush();
		while (this.#lines.length > 0 && this.#failures === 0);
	}

	async #send(): Promise<void> {
		const batch = this.#lines.splice(0, BATCH_LINES);
		if (batch.length === 0) return;
		if (await this.#post(batch)) {
			this.#failures = 0;
		} else {
			this.#failures += 1;
			this.#lines.unshift(...batch);
			this.#trim();
		}
		if (this.#lines.length > 0) {
			const waits = BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length) - 1];
			this.#schedule(waits ? waits * (0.5 + Math.random()) : 0);
		}
	}

	async #post(batch: string[]): Promise<boolean> {
		try {
			const { status } = await sendOutbound(this.url, {
				namedBy: 'operator',
				timeoutMs: TIMEOUT_MS,
				maxRequestBytes: BATCH_BYTES,
				headers: {
					'content-type': 'application/x-ndjson',
					'x-dropped-lines': String(this.#dropped),
					...(this.token ? { authorization: `Bearer ${this.token}` } : {})
				},
				body: `${batch.join('\n')}\n`
			});
			const taken = status >= 200 && status < 300;
			if (taken) this.#dropped = 0;
			return taken;
		} catch {
			// The endpoint is out of reach: the batch stays buffered and the next attempt waits longer.
			return false;
		}
	}
}

let drain: LogDrain | undefined | null = null;

/** Hands a line to the drain of LOG_DRAIN_URL; does nothing where none is set. */
export function drainLine(line: string): void {
	if (drain === null) drain = configuredDrain();
	drain?.push(line);
}

/** Sends all that is buffered, before the process ends. */
export async function flushLogs(): Promise<void> {
	await drain?.drain();
}

function configuredDrain(): LogDrain | undefined {
	try {
		const { LOG_DRAIN_URL, LOG_DRAIN_TOKEN } = env();
		return LOG_DRAIN_URL ? new LogDrain(LOG_DRAIN_URL, LOG_DRAIN_TOKEN) : undefined;
	} catch {
		// A broken environment is reported by the boot check.
		return undefined;
	}
}
