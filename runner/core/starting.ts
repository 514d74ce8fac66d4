import type { Asking } from './permission.ts';
import type { Session } from './session.ts';

/** One who waits for a terminal that is being started. */
export interface Waiting {
	/** Told where the person at the computer is asked first, and for how long; again where that is not so any more. */
	onAsk: (seconds: number) => void;
	/** Whether it may start a terminal; else it only looks, and waits for one that another starts. */
	mayStart: boolean;
	/** Aborted when it waits no more. */
	leaving: AbortSignal;
}

/** A terminal that is being started, and those who wait for it. When the last who may start it has left, nobody wants it. */
export class Starting {
	/** Rejects with what refuses it. */
	readonly session: Promise<Session>;
	readonly #unwanted = new AbortController();
	readonly #waiting = new Set<Waiting>();
	/** When there is an answer at the latest, by `performance.now()`; nothing while nobody is asked. */
	#answerAt: number | undefined;

	/** @param start begins it; told who asks for it */
	constructor(start: (asking: Asking) => Promise<Session>) {
		this.session = start({
			unwanted: this.#unwanted.signal,
			onWait: (ms) => {
				this.#answerAt = performance.now() + ms;
				for (const waiting of this.#waiting) this.#tell(waiting);
			}
		});
	}

	/** Whether everybody has left who may start it. */
	get isUnwanted(): boolean {
		return this.#unwanted.signal.aborted;
	}

	/** One more waits. */
	join(waiting: Waiting): Promise<Session> {
		this.#waiting.add(waiting);
		const leave = () => {
			this.#waiting.delete(waiting);
			if (![...this.#waiting].some(({ mayStart }) => mayStart)) this.#unwanted.abort();
		};
		if (waiting.leaving.aborted) leave();
		else waiting.leaving.addEventListener('abort', leave, { once: true });
		this.#tell(waiting);
		return this.session;
	}

	#tell({ onAsk }: Waiting): void {
		if (this.#answerAt === undefined) return;
		onAsk(Math.max(1, Math.ceil((this.#answerAt - performance.now()) / 1_000)));
	}
}
