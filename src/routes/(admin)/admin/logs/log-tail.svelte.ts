import type { LogFilter } from '$lib/schemas/logs';
import { trpc } from '$lib/trpc';
import { askAll, joined, type Line } from './lines';

const EVERY_MS = 2_000;
/** Lines are written a second after they happened: so far back it is asked again. */
const OVERLAP_MS = 5_000;
const MOST_LINES = 1_000;

/** Lines that come while somebody looks. A page that nobody sees asks for nothing. */
export class LogTail {
	/** What has come since it began, the latest first. */
	lines = $state.raw<Line[]>([]);
	isFollowing = $state(false);
	/** The last question was not answered. */
	isLost = $state(false);
	/** Between these moments more came than is kept here. */
	leftOut = $state.raw<{ from: Date; to: Date } | undefined>();
	#from = new Date(0);
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** @param since when the page was made, by the server's clock */
	start(filter: LogFilter, since: Date): void {
		this.isFollowing = true;
		this.#from = new Date(since.valueOf() - OVERLAP_MS);
		void this.#ask(filter, this.lines[0]?.at ?? since);
	}

	/** What has come stays. */
	stop(): void {
		this.isFollowing = false;
		clearTimeout(this.#timer);
	}

	async #ask(filter: LogFilter, latest: Date): Promise<void> {
		if (document.visibilityState === 'visible') {
			try {
				const since = new Date(latest.valueOf() - OVERLAP_MS);
				const { lines, isCut } = await askAll(
					(before) =>
						trpc.logs.tail.query({
							...{ ...filter, since },
							...(before && { before: { at: before.at, id: before.id } })
						}),
					MOST_LINES
				);
				if (!this.isFollowing) return;
				this.#add(lines, isCut);
				this.isLost = false;
			} catch {
				// The next question is asked all the same; the page says that this one was not answered.
				this.isLost = true;
			}
		}
		if (!this.isFollowing) return;
		const next = this.lines[0]?.at ?? latest;
		this.#timer = setTimeout(() => void this.#ask(filter, next), EVERY_MS);
	}

	#add(come: Line[], isCut: boolean): void {
		const all = joined(come, this.lines, Infinity);
		this.lines = all.slice(0, MOST_LINES);
		const earliest = this.lines.at(-1);
		if (!earliest || !(isCut || this.leftOut || all.length > MOST_LINES)) return;
		// With whatever else is of the moment of the earliest that is shown.
		this.leftOut = { from: this.#from, to: new Date(earliest.at.valueOf() + 1) };
	}
}
