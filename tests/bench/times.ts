/** Milliseconds that one thing took, again and again. */
export interface Times {
	p50: number;
	p95: number;
	max: number;
}

/** What half of them, nearly all of them, and the longest of them took. */
export function timesOf(ms: readonly number[]): Times {
	const sorted = ms.toSorted((a, b) => a - b);
	const at = (share: number) =>
		sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
	return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** What some work takes, so many times one after the other. */
export async function timesOver(times: number, work: () => Promise<unknown>): Promise<Times> {
	const took: number[] = [];
	while (took.length < times) took.push((await timed(work))[0]);
	return timesOf(took);
}

/** How long some work takes, and what came of it. */
export async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
	const startedAt = performance.now();
	const result = await work();
	return [performance.now() - startedAt, result];
}
