import { redactText } from '../log';

/** How one step of a probe may fail without an error being thrown by what it tries. */
export class ProbeFailure extends Error {
	override name = 'ProbeFailure';
}

/**
 * Does one step of a probe within its time.
 *
 * @param step its name, and how many milliseconds it may take
 * @param work what is done; the signal is aborted when the time is up
 * @throws what the work throws, and `ProbeFailure` when it is late
 */
export type Try = <T>(
	step: [name: string, ms: number],
	work: (signal: AbortSignal) => Promise<T>
) => Promise<T>;

/** What people do, step after step. @throws where something is not as it should be */
export type Probe = (attempt: Try, requestId: string) => Promise<void>;

/** How a probe went. */
export interface Tried {
	isOk: boolean;
	/** Where it failed. */
	step: string | null;
	/** Why, in words. */
	cause: string | null;
	durationMs: number;
}

const CAUSE_CHARS = 500;

/** Runs a probe, which ends at the first step that fails. Never throws. */
export async function tryProbe(probe: Probe, requestId: string): Promise<Tried> {
	const startedAt = performance.now();
	const tookMs = () => Math.round(performance.now() - startedAt);
	let latest = 'begin';
	try {
		await probe(([name, ms], work) => {
			latest = name;
			return inTime(ms, work);
		}, requestId);
		return { isOk: true, step: null, cause: null, durationMs: tookMs() };
	} catch (error) {
		return { isOk: false, step: latest, cause: causeOf(error), durationMs: tookMs() };
	}
}

/** What is late goes on by itself: nobody waits for it, and nothing of it lasts beyond the next run. */
async function inTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const givenUp = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			reject(new ProbeFailure(`no answer in ${ms} ms`));
			givenUp.abort();
		}, ms);
	});
	try {
		return await Promise.race([work(givenUp.signal), late]);
	} finally {
		clearTimeout(timer);
	}
}

/** Why, without what looks like a secret, in the length of a cell. */
function causeOf(error: unknown): string {
	const whole = error instanceof Error ? error.message : String(error);
	// The database's client puts the reason last, behind the code that called it.
	const said = /^\s*Invalid `/.test(whole) ? (whole.trim().split('\n').at(-1) ?? '') : whole;
	const kind = error instanceof Error && !(error instanceof ProbeFailure) ? `${error.name}: ` : '';
	const text = redactText(kind + said)
		.replace(/\s+/g, ' ')
		.trim();
	return text.slice(0, CAUSE_CHARS);
}

/** @throws ProbeFailure where something is not as it should be */
export function expectThat(isSo: boolean, otherwise: string): asserts isSo {
	if (!isSo) throw new ProbeFailure(otherwise);
}
