/** What one of several ways was measured at, in milliseconds. */
export interface Timed {
	p50: number;
	p95: number;
	p99: number;
}

/**
 * Runs several ways of doing something in turns, so that whatever else the machine does meets them
 * alike, and in another order each time.
 *
 * @param rounds how often each way is measured, after a tenth of that to warm up
 */
export async function interleaved<Name extends string>(
	ways: Record<Name, () => Promise<unknown>>,
	rounds: number
): Promise<Record<Name, Timed>> {
	const names = Object.keys(ways) as Name[];
	const times = new Map<Name, number[]>(names.map((name) => [name, []]));
	const warmUp = Math.ceil(rounds / 10);
	for (let round = -warmUp; round < rounds; round += 1) {
		for (let turn = 0; turn < names.length; turn += 1) {
			const name = names[(turn + round + warmUp) % names.length] as Name;
			const startedAt = performance.now();
			await ways[name]();
			if (round >= 0) times.get(name)?.push(performance.now() - startedAt);
		}
	}
	const timed = (name: Name): Timed => {
		const sorted = (times.get(name) ?? []).toSorted((a, b) => a - b);
		const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
		return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
	};
	return Object.fromEntries(names.map((name) => [name, timed(name)])) as Record<Name, Timed>;
}
