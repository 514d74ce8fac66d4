import { PRESENCE_PATH } from '#protocol/addresses';
import {
	PRESENCE,
	type AppAbsence,
	PresenceAnswer,
	type PresenceChange,
	type PresenceReport,
	type RelayError,
	type RelayLine
} from '#protocol/events';
import { WIRE } from '#protocol/limits';
import { problemOf, type Log } from './log.ts';
import { ToldLines } from './told-lines.ts';

const SOON_MS = 50;
const RETRY_MS = 2_000;
/** Lines come in batches, and each report brings one: a flood of them is no flood of reports. */
const LINES_MS = 1_000;
const ANSWER_MS = 5_000;

/** Where and as whom a relay reports. */
export interface PresenceOptions {
	/** This life of this relay. */
	relayId: string;
	appUrl: string;
	secret: string;
	log: Log;
	/** Lines of its log that the app is told of as well. */
	told?: ToldLines;
	/** All that is held now, for an app that does not know this relay. */
	present: () => PresenceChange[];
}

/**
 * Tells the app which runners this relay holds: what has changed, soon; that it lives, every 30 seconds. What
 * could not be told is told later; of each runner only the newest.
 */
export class PresenceReporter {
	readonly #options: PresenceOptions;
	readonly #url: URL;
	readonly #told: ToldLines;
	readonly #untold = new Map<string, PresenceChange>();
	#errors: RelayError[] = [];
	#absences: AppAbsence[] = [];
	#sequence = 0;
	#timer: NodeJS.Timeout | undefined;
	#dueAt = 0;
	#reporting: Promise<void> | undefined;
	#isLost = false;
	#isStopped = false;

	constructor(options: PresenceOptions) {
		this.#options = options;
		this.#url = new URL(PRESENCE_PATH, options.appUrl);
		this.#told = options.told ?? new ToldLines();
		this.#told.listen(() => this.#soonWithLines());
		this.#after(0);
	}

	changed(change: PresenceChange): void {
		const known = this.#untold.get(change.runnerId);
		if (known && known.epoch > change.epoch) return;
		this.#untold.set(change.runnerId, change);
		if (!this.#reporting && !this.#isLost) this.#after(SOON_MS);
	}

	/** Tells of an error of this relay with the next report; of many the first few. */
	failed(cause: unknown): void {
		if (this.#errors.length < WIRE.errorsPerReport) this.#errors.push(relayErrorOf(cause));
	}

	/** Tells with the next report that the app was away. */
	wasAway(absence: AppAbsence): void {
		if (this.#absences.length < WIRE.absencesPerReport) this.#absences.push(absence);
		if (!this.#reporting) this.#after(SOON_MS);
	}

	/** Reports for the last time: nothing is held any more. */
	async stop(): Promise<void> {
		this.#isStopped = true;
		clearTimeout(this.#timer);
		await this.#reporting;
		await this.#send([], { leaving: true, lines: this.#told.last() });
	}

	#after(ms: number): void {
		if (this.#isStopped) return;
		clearTimeout(this.#timer);
		this.#dueAt = performance.now() + ms;
		this.#timer = setTimeout(() => {
			this.#reporting = this.#report().finally(() => (this.#reporting = undefined));
		}, ms);
		this.#timer.unref();
	}

	/** A report that is due sooner anyway brings them along. */
	#soonWithLines(): void {
		if (this.#reporting || this.#isLost) return;
		if (this.#dueAt > performance.now() + LINES_MS) this.#after(LINES_MS);
	}

	async #report(): Promise<void> {
		const changes = [...this.#untold.values()].slice(0, WIRE.changesPerReport);
		const answer = await this.#send(changes, { leaving: false, lines: this.#told.next() });
		if (answer) {
			for (const change of changes) {
				if (this.#untold.get(change.runnerId) === change) this.#untold.delete(change.runnerId);
			}
			if (answer.resend) for (const one of this.#options.present()) this.#keep(one);
		}
		this.#isLost = !answer;
		this.#after(answer ? this.#nextMs : RETRY_MS);
	}

	/** When there is something to be told again. */
	get #nextMs(): number {
		if (this.#untold.size > 0) return SOON_MS;
		return this.#told.isDue ? LINES_MS : PRESENCE.reportMs;
	}

	/** What was told before is told again, unless something newer waits. */
	#keep(change: PresenceChange): void {
		if (!this.#untold.has(change.runnerId)) this.#untold.set(change.runnerId, change);
	}

	/** @returns the app's answer, or nothing where there was none */
	async #send(
		changes: PresenceChange[],
		{ leaving, lines }: Pick<PresenceReport, 'leaving'> & { lines: RelayLine[] }
	): Promise<PresenceAnswer | undefined> {
		const { relayId, secret, log } = this.#options;
		const errors = [...this.#errors];
		const absences = [...this.#absences];
		const report: PresenceReport = {
			relayId,
			sequence: this.#sequence++,
			leaving,
			changes,
			errors,
			absences,
			...(lines.length > 0 && { lines })
		};
		try {
			const response = await fetch(this.#url, {
				method: 'POST',
				headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
				body: JSON.stringify(report),
				redirect: 'error',
				signal: AbortSignal.timeout(ANSWER_MS)
			});
			// What is no JSON is no answer, like what has another shape.
			const answer = PresenceAnswer.safeParse(await response.json().catch(() => undefined)).data;
			if (response.ok && answer) {
				this.#errors = this.#errors.slice(errors.length);
				this.#absences = this.#absences.slice(absences.length);
				this.#told.taken(lines);
				return answer;
			}
			// It may be the lines that it does not take, and there is no next report to go without them.
			if (leaving && lines.length > 0) return this.#send(changes, { leaving, lines: [] });
			if (!this.#isLost) log('warn', 'App refused a presence report', { status: response.status });
		} catch (cause) {
			// The app is away, or late; terminals go on without it.
			if (!this.#isLost) log('warn', 'App is not reached', { problem: problemOf(cause) });
		}
		this.#told.refused(lines);
		return undefined;
	}
}

/** An error as the app takes it. The app blanks secrets before it keeps it. */
function relayErrorOf(cause: unknown): RelayError {
	const { name, message, stack = '' } = cause instanceof Error ? cause : new Error(String(cause));
	return {
		kind: name.slice(0, 80),
		message: message.slice(0, 1_000),
		stack: stack.slice(0, 8_000)
	};
}
