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

/** Why a terminal is not started that nobody waits for any more. */
export const LEFT = 'Whoever asked for that terminal has left: it was not started.';
const STOPS = 'The runner stops: the question at the computer was withdrawn.';

/** On whose behalf the person is asked. */
export interface Asking {
	/** Told how long an answer may take, in ms: when it is wanted, and again when others were asked about first. */
	onWait: (ms: number) => void;
	/** Nobody wants to know any more: the question is withdrawn. */
	unwanted: AbortSignal;
}

/**
 * The leave of the person at the computer for new terminals. One question is asked at a time, and each has its time
 * from when it is asked: silence is a no.
 */
export class Permission {
	readonly #ask: AskPerson | undefined;
	readonly #askMs: number;
	readonly #stopping = new AbortController();
	/** Questions without an answer, with the one that is asked now. */
	#open = 0;
	#last: Promise<unknown> = Promise.resolve();

	/** @param ask absent where there is nobody to ask */
	constructor(ask: AskPerson | undefined, askMs: number = RUNNER_LIMITS.askMs) {
		this.#ask = ask;
		this.#askMs = askMs;
	}

	/** Done when the person said yes. @throws Refused */
	async get(wanted: WantedTerminal, { onWait, unwanted }: Asking): Promise<void> {
		const ask = this.#ask;
		if (!ask) throw new Refused('PRECONDITION_REQUIRED', NOBODY, 'nobody-to-ask');
		const before = this.#open++;
		onWait((before + 1) * this.#askMs);
		const withdrawn = AbortSignal.any([unwanted, this.#stopping.signal]);
		const answered = this.#last.then(() => {
			if (withdrawn.aborted) return;
			if (before > 0) onWait(this.#askMs);
			return this.#put((signal) => ask(wanted, signal), withdrawn);
		});
		// Only the turn of the next question: what came of this one is told to whoever asked.
		this.#last = answered.catch(() => undefined);
		try {
			await Promise.race([answered, aborted(withdrawn)]);
		} finally {
			this.#open -= 1;
		}
		if (withdrawn.aborted) {
			throw new Refused('SERVICE_UNAVAILABLE', unwanted.aborted ? LEFT : STOPS);
		}
	}

	/** Asks now. Done with a yes, or when the question was withdrawn. @throws Refused */
	async #put(
		ask: (signal: AbortSignal) => Promise<boolean>,
		withdrawn: AbortSignal
	): Promise<void> {
		const late = AbortSignal.timeout(this.#askMs);
		const signal = AbortSignal.any([late, withdrawn]);
		const isAllowed = await Promise.race([ask(signal), aborted(signal)]);
		if (withdrawn.aborted) return;
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
