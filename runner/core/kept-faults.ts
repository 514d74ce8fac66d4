import * as z from 'zod';
import { RunnerFault } from '#protocol/faults';
import { WIRE } from '#protocol/limits';
import { faultOf } from './fault.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { FileProblem } from './private-file.ts';
import type { Store } from './store.ts';

const HOUR_MS = 60 * 60_000;

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
	readonly #times = new Map<string, number>();

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
			if (this.areOn) this.#keep(cause);
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

	#keep(cause: unknown): void {
		const { fault, fingerprint: kind } = faultOf(cause);
		const { waiting, told } = this.#read();
		const times = (this.#times.get(kind) ?? 0) + 1;
		this.#times.set(kind, times);
		const known = [...waiting, ...told];
		if (known.some((one) => one.fingerprint === kind)) return;
		const now = Date.now();
		const lately = known.filter(({ atMs }) => now - atMs < HOUR_MS).length;
		if (lately >= RUNNER_LIMITS.faultsAnHour || waiting.length >= RUNNER_LIMITS.faultsWaiting)
			return;
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
