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

/** On whose behalf a terminal is started. */
export interface Beginning extends Asking {
	/** To be called when nothing is asked any more: it is started now, whoever leaves. */
	onSettled: () => void;
}

/**
 * A terminal that is being started, and those who wait for it. When the last who may start it has left before that is
 * settled, nobody wants it; once it is settled it is started, and whoever comes back joins it.
 */
export class Starting {
	/** Rejects with what refuses it. */
	readonly session: Promise<Session>;
	readonly #unwanted = new AbortController();
	readonly #waiting = new Set<Waiting>();
	#isSettled = false;
	/** When there is an answer at the latest, by `performance.now()`; nothing while nobody is asked. */
	#answerAt: number | undefined;

	/** @param start begins it; told who asks for it */
	constructor(start: (beginning: Beginning) => Promise<Session>) {
		this.session = start({
			unwanted: this.#unwanted.signal,
			onSettled: () => (this.#isSettled = true),
			onWait: (ms) => {
				this.#answerAt = performance.now() + ms;
				for (const waiting of this.#waiting) this.#tell(waiting);
			}
		});
	}

	/** Whether everybody had left who may start it, before it was settled that it is started. */
	get isUnwanted(): boolean {
		return this.#unwanted.signal.aborted;
	}

	/** One more waits. */
	join(waiting: Waiting): Promise<Session> {
		this.#waiting.add(waiting);
		const leave = () => {
			this.#waiting.delete(waiting);
			if (this.#isSettled) return;
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
