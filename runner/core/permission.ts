import { RUNNER_LIMITS } from './limits.ts';
import { Refused } from './refused.ts';

/** A terminal that somebody wants to start. */
export interface WantedTerminal {
	title: string;
	folder: string;
	atMs: number;
}

/** Asks the person at the computer. The question is withdrawn by `signal`, and its answer counts no more. */
export type AskPerson = (wanted: WantedTerminal, signal: AbortSignal) => Promise<boolean>;

const NOBODY =
	'That computer asks before each new terminal, and its runner has no window to ask in. ' +
	'Start it in one: coda-runner start. Or set "ask" to false in its settings.json.';

/**
 * The leave of the person at the computer for new terminals. One question is asked at a time, and each has its time
 * from when it came: silence is a no.
 */
export class Permission {
	readonly #ask: AskPerson | undefined;
	readonly #askMs: number;
	readonly #stopping = new AbortController();
	#last: Promise<unknown> = Promise.resolve();

	/** @param ask absent where there is nobody to ask */
	constructor(ask: AskPerson | undefined, askMs: number = RUNNER_LIMITS.askMs) {
		this.#ask = ask;
		this.#askMs = askMs;
	}

	/** How long a question is open; nothing where there is nobody to ask. */
	get seconds(): number | undefined {
		return this.#ask && Math.ceil(this.#askMs / 1_000);
	}

	/** Done when the person said yes. @throws Refused */
	async get(wanted: WantedTerminal): Promise<void> {
		const ask = this.#ask;
		if (!ask) throw new Refused('PRECONDITION_REQUIRED', NOBODY, 'nobody-to-ask');
		const late = AbortSignal.timeout(this.#askMs);
		const signal = AbortSignal.any([late, this.#stopping.signal]);
		const asked = this.#last.then(() => !signal.aborted && ask(wanted, signal));
		const answered = Promise.race([asked, aborted(signal)]);
		this.#last = answered.catch(() => undefined);
		const isAllowed = await answered;
		if (late.aborted) {
			throw new Refused('TIMEOUT', 'Nobody at the computer has answered.', 'unanswered');
		}
		if (isAllowed !== true) {
			throw new Refused('FORBIDDEN', 'The computer said no to a new terminal.', 'denied');
		}
	}

	/** Withdraws every question: the runner stops. */
	stop(): void {
		this.#stopping.abort();
	}
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
	new Promise((resolve) => {
		if (signal.aborted) resolve(undefined);
		signal.addEventListener('abort', () => resolve(undefined), { once: true });
	});
