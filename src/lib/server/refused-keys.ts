import { BatchWriter, type Later } from './batch-writer';
import { keepRefusals, type Refusal } from './services/refusals';

/** More at once say no more to anybody, and cost memory. */
const KEYS = 5_000;

/**
 * Keeps in Postgres who was refused by a counter elsewhere: by it alone nobody could be told how many come too often.
 * Gathered in memory and written once a second at most; whoever comes again and again is one row.
 */
export class RefusedKeys {
	#refusals = new Map<string, Refusal>();
	readonly #writer: BatchWriter<Refusal[]>;

	/** @param later runs the work in so many milliseconds */
	constructor(later?: Later) {
		const batches = {
			takesOnce: true as const,
			take: () => this.#take(),
			write: keepRefusals,
			// Nobody misses what says how it was a moment ago.
			refused: () => []
		};
		this.#writer = new BatchWriter(batches, later);
	}

	/** @param until when the refusal no longer counts */
	add(key: string, until: Date): void {
		const known = this.#refusals.get(key);
		if (known && known.until >= until) return;
		if (!known && this.#refusals.size >= KEYS) return;
		this.#refusals.set(key, { key, until });
		this.#writer.schedule();
	}

	/** Writes what was gathered. */
	async flush(): Promise<void> {
		await this.#writer.flush();
	}

	#take(): Refusal[] | undefined {
		if (this.#refusals.size === 0) return undefined;
		const taken = [...this.#refusals.values()];
		this.#refusals = new Map();
		return taken;
	}
}
