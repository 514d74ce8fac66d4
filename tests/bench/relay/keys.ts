import { setTimeout as wait } from 'node:timers/promises';
import { interleaved } from '../interleaved.ts';
import type { Row } from '../report.ts';
import {
	echoTerminal,
	keystroke,
	rawTerminal,
	type BenchTerminal,
	type Way
} from './bench-terminal.ts';

/** Keys of each way, and how many of them before it is the next way's turn. */
const KEYS = 2_000;
const KEYS_IN_FLOOD = 300;
const ROUNDS_IN_FLOOD = 3;
/** Nobody types faster, and a key is not measured in the wake of another. */
const PAUSE_MS = 1;

/** What a way is measured at, by its name. */
type Figures = Record<string, { p50: number; p99: number }>;

/** How long a key takes until its echo is there: by itself, and while another terminal of that computer floods. */
export async function measureKeys(ways: Way[]): Promise<Row[]> {
	return [
		...rowsOf('a key and its echo', await alone(ways)),
		...rowsOf('the same while another terminal floods', await inFlood(ways))
	];
}

async function alone(ways: Way[]): Promise<Figures> {
	const terminals = await Promise.all(ways.map(echoTerminal));
	const timed = await interleaved(
		Object.fromEntries(
			ways.map(({ name }, at) => [name, () => keystroke(terminals[at] as BenchTerminal)])
		),
		KEYS
	);
	for (const terminal of terminals) terminal.close();
	return timed;
}

/** One way at a time, or each would have the floods of all. */
async function inFlood(ways: Way[]): Promise<Figures> {
	const times = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
	for (let round = 0; round < ROUNDS_IN_FLOOD; round += 1) {
		for (const way of ways) {
			const terminal = await echoTerminal(way);
			const flooding = await rawTerminal(way);
			flooding.write('exec yes "what another program prints without end"\n');
			await wait(500);
			for (let key = 0; key < KEYS_IN_FLOOD; key += 1) {
				const startedAt = performance.now();
				await keystroke(terminal);
				times.get(way.name)?.push(performance.now() - startedAt);
				await wait(PAUSE_MS);
			}
			for (const one of [flooding, terminal]) one.close();
			await wait(500);
		}
	}
	return Object.fromEntries(
		Array.from(times, ([name, all]) => {
			const sorted = all.toSorted((a, b) => a - b);
			const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
			return [name, { p50: at(0.5), p99: at(0.99) }];
		})
	);
}

/**
 * What sealing may add to a key: two frames are sealed and opened for it, and the pipe has none of that. So the
 * pipe's figure times a factor is for the way without encryption, and this much more is for the one with it.
 */
const SEALING_MS = 0.3;

function rowsOf(name: string, figures: Figures): Row[] {
	const { coda, plain, pipe, ...rest } = figures;
	if (!coda || !plain || !pipe) throw new Error('A way was not measured.');
	const peers = Object.fromEntries(
		Object.entries({ pipe, ...rest }).map(([peer, { p50 }]) => [peer, p50])
	);
	const isFlood = name.includes('floods');
	const [most, mostPlain] = isFlood
		? [1.5 * pipe.p50 + SEALING_MS, 1.5 * pipe.p50]
		: [pipe.p50 + SEALING_MS, 1.3 * pipe.p50];
	const limits = isFlood
		? ['≤ 1.5 pipe + 0.3 for sealing', '≤ 1.5 pipe']
		: ['≤ pipe + 0.3 for sealing', '≤ 1.3 pipe'];
	return [
		{
			...{ name: `${name}, encrypted, p50`, value: coda.p50, unit: 'ms', peers },
			...{ limit: limits[0], ok: coda.p50 <= most }
		},
		{
			...{ name: `${name}, not encrypted, p50`, value: plain.p50, unit: 'ms', peers },
			...{ limit: limits[1], ok: plain.p50 <= mostPlain }
		},
		{
			...{ name: `${name}, encrypted, p99`, value: coda.p99, unit: 'ms' },
			peers: Object.fromEntries(
				Object.entries(figures)
					.filter(([peer]) => peer !== 'coda')
					.map(([peer, { p99 }]) => [peer, p99])
			),
			...{ limit: '≤ 10 p50', ok: coda.p99 <= 10 * coda.p50 }
		}
	];
}
