import type { Log } from './log.ts';
import { NEWS } from './told-lines.ts';

/** Of a move of many one line is written, after so long. */
const GATHER_MS = 5_000;

/** Counts runners that another relay has taken over, and writes one line for those of a few seconds. */
export class MovedRunners {
	readonly #log: Log;
	#runners = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(log: Log) {
		this.#log = log;
	}

	add(): void {
		this.#runners += 1;
		this.#timer ??= setTimeout(() => this.tell(), GATHER_MS).unref();
	}

	/** Writes the line now, where there is something to be said. */
	tell(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#runners > 0) this.#log('info', NEWS.moved, { runners: this.#runners });
		this.#runners = 0;
	}
}
