import * as z from 'zod';
import { RunnerFault } from '#protocol/faults';
import { WIRE } from '#protocol/limits';
import { faultOf, type NamedFault } from './fault.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { FileProblem } from './private-file.ts';
import type { Store } from './store.ts';

const HOUR_MS = 60 * 60_000;
/** For so long the files are believed to be as they were: a storm of faults does not read them with each one. */
const BELIEVED_MS = 5_000;

const fingerprint = z.string().length(40);

/** A fault that waits to be told. */
const WaitingFault = z.object({ fingerprint, atMs: z.number(), fault: RunnerFault });
export type WaitingFault = z.infer<typeof WaitingFault>;

/** Faults of this runner and of those before it, as they are kept. */
export const FaultFile = z.object({
	waiting: z.array(WaitingFault),
	/** Kinds that were told, and when they happened. */
	told: z.array(z.object({ fingerprint, atMs: z.number() }))
});
export type FaultFile = z.infer<typeof FaultFile>;

/**
 * Faults of the runner, kept in its folder until they are told: where its person has switched that on, each kind once a
 * day, and so many an hour. Whatever goes wrong in here is told to nobody, so that it can be called while a runner dies.
 */
export class KeptFaults {
	readonly #store: Store;
	/** How often kinds happened that wait or were told. */
	readonly #times = new Map<string, number>();
	#readAt = -Infinity;
	#isFull = false;

	constructor(store: Store) {
		this.#store = store;
	}

	/** Whether its person wants faults to be told. It is read anew: what they say counts at once. */
	get areOn(): boolean {
		try {
			return this.#store.settings.reportFaults;
		} catch {
			// Whoever cannot read what was said has no leave.
			return false;
		}
	}

	add(cause: unknown): void {
		try {
			const named = faultOf(cause);
			if (this.#isKnown(named.fingerprint) || !this.areOn) return;
			this.#keep(named);
		} catch {
			// The disk is full, or it is a fault of this very place.
		}
	}

	/** What is to be told next; nothing where it may not be. */
	next(): WaitingFault[] {
		if (!this.areOn) return [];
		return this.#read()
			.waiting.slice(0, WIRE.faultsPerCall)
			.map(({ fault, ...one }) => {
				const times = Math.max(fault.times, this.#times.get(one.fingerprint) ?? 0);
				return { ...one, fault: { ...fault, times } };
			});
	}

	/** These were told, or will never be taken. @throws FileProblem where that cannot be kept */
	told(faults: readonly WaitingFault[]): void {
		const done = new Set(faults.map((one) => one.fingerprint));
		const { waiting, told } = this.#read();
		for (const one of done) this.#times.delete(one);
		try {
			this.#store.saveFaults({
				waiting: waiting.filter((one) => !done.has(one.fingerprint)),
				told: [
					...told,
					...faults.map(({ fingerprint: kind, atMs }) => ({ fingerprint: kind, atMs }))
				]
			});
		} catch (cause) {
			// Better forgotten than told again and again.
			if (cause instanceof FileProblem) this.#store.removeFaults();
			throw cause;
		}
	}

	/** Counts what is known, and says whether there is nothing more to do: just now there was not. */
	#isKnown(kind: string): boolean {
		if (Math.abs(Date.now() - this.#readAt) >= BELIEVED_MS) return false;
		if (!this.#times.has(kind)) return this.#isFull;
		this.#count(kind);
		return true;
	}

	/** @param before how often a runner before this one has kept that it happened */
	#count(kind: string, before = 0): number {
		const times = Math.min(WIRE.faultTimes, (this.#times.get(kind) ?? before) + 1);
		this.#times.set(kind, times);
		return times;
	}

	#keep({ fault, fingerprint: kind }: NamedFault): void {
		const { waiting, told } = this.#read();
		const now = Date.now();
		this.#readAt = now;
		const kept = waiting.find((one) => one.fingerprint === kind);
		const times = this.#count(kind, kept?.fault.times);
		const known = [...waiting, ...told];
		const kinds = new Set(known.map((one) => one.fingerprint));
		const lately = known.filter(({ atMs }) => now - atMs < HOUR_MS).length;
		this.#isFull =
			lately >= RUNNER_LIMITS.faultsAnHour || waiting.length >= RUNNER_LIMITS.faultsWaiting;
		const isNew = !kinds.has(kind) && !this.#isFull;
		if (isNew) kinds.add(kind);
		for (const one of this.#times.keys()) if (!kinds.has(one)) this.#times.delete(one);
		if (!isNew) return;
		waiting.push({ fingerprint: kind, atMs: now, fault: { ...fault, times } });
		this.#store.saveFaults({ waiting, told });
	}

	/** What is kept, without what was told so long ago that it may be told again. */
	#read(): FaultFile {
		try {
			const { waiting, told } = this.#store.faults ?? { waiting: [], told: [] };
			const isRecent = ({ atMs }: { atMs: number }) =>
				Date.now() - atMs < RUNNER_LIMITS.faultAgainMs;
			return { waiting, told: told.filter(isRecent) };
		} catch {
			// A file that is not as the runner wrote it: it begins anew.
			return { waiting: [], told: [] };
		}
	}
}
