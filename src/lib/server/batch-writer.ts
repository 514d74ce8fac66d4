import { v4 as uuid } from 'uuid';
import { isDatabaseUnreachable } from './database-error';
import { deferFor } from './defer';

const FLUSH_MS = 1_000;
const RETRY_MS = 5_000;

/** Which batch it is, and whose. However often it comes, whoever adds up what is in it adds it once. */
export interface BatchMark {
	writer: string;
	/** Numbers rise, and a batch keeps its own until it is known what became of it. */
	sequence: number;
}

/** What is gathered in memory, and how the database takes it. */
export interface Batches<Batch> {
	/** The next batch; nothing when nothing was gathered. It is as it is from here on. */
	take(): Batch | undefined;
	write(batch: Batch, mark: BatchMark): Promise<void>;
	/** Told of a batch that would be refused again. @returns the parts of it that are worth trying alone */
	refused(batch: Batch, error: unknown): Batch[];
	/** Told when a flush is over. */
	ended?(): void;
	/** Whether a failure passes, so that the batch waits; whether the database is away, where nobody says. */
	passes?(error: unknown): boolean;
	/** Each flush takes once, and what comes meanwhile waits for the next: where gathering longer saves writing. */
	takesOnce?: true;
}

/** Runs work in so many milliseconds. */
export type Later = (ms: number, work: () => Promise<void>) => void;

/**
 * Writes what a process gathers, in batches and by nobody's request.
 *
 * What could not be written, or may have been written, is held as it was and tried again before anything else: so
 * whoever writes can know it again. While it is held nothing more is taken, so that bounds are those of who gathers.
 */
export class BatchWriter<Batch> {
	#held: Batch[] = [];
	#mark: BatchMark = { writer: uuid(), sequence: 1 };
	#isDue = false;
	#isAway = false;
	#isScheduled = false;
	#writing: Promise<boolean> | undefined;

	constructor(
		readonly batches: Batches<Batch>,
		readonly later: Later = (ms, work) => deferFor('write-batches', ms, work)
	) {}

	/** Whether a batch waits to be tried again. */
	get isHolding(): boolean {
		return this.#held.length > 0;
	}

	/** Lets what is gathered be written soon, and again when the database is away. */
	schedule(): void {
		if (this.#isScheduled) return;
		this.#isScheduled = true;
		this.later(this.#isAway ? RETRY_MS : FLUSH_MS, async () => {
			this.#isScheduled = false;
			if (!(await this.flush())) this.schedule();
		});
	}

	/**
	 * Writes batch after batch until nothing is left or the database is away. It never throws.
	 *
	 * @returns whether nothing is held
	 */
	flush(): Promise<boolean> {
		this.#isDue = true;
		this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
		return this.#writing;
	}

	async #writeAll(): Promise<boolean> {
		for (let batch = this.#next(); batch !== undefined; batch = this.#next()) {
			const wasTaken = await this.#write(batch);
			if (!wasTaken) break;
		}
		this.batches.ended?.();
		return this.#held.length === 0;
	}

	#next(): Batch | undefined {
		if (this.#held.length === 0 && (this.#isDue || !this.batches.takesOnce)) {
			this.#isDue = false;
			const taken = this.batches.take();
			if (taken !== undefined) this.#held.push(taken);
		}
		return this.#held[0];
	}

	/** @returns whether it is known what became of it */
	async #write(batch: Batch): Promise<boolean> {
		const { passes = isDatabaseUnreachable } = this.batches;
		let parts: Batch[] = [];
		try {
			await this.batches.write(batch, { ...this.#mark });
		} catch (error) {
			this.#isAway = passes(error);
			if (this.#isAway) return false;
			parts = this.batches.refused(batch, error);
		}
		this.#isAway = false;
		this.#held.splice(0, 1, ...parts);
		this.#mark.sequence += 1;
		return true;
	}
}
