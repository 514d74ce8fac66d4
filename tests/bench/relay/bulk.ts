import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../report.ts';
import { rawTerminal, type BenchTerminal, type Way } from './bench-terminal.ts';
import { processorSeconds, residentMiB } from './process-figures.ts';

const ROUNDS = 5;
const BYTES = 64_000_000;
const GIGABYTE = 1e9;
/** Processor seconds for a gigabyte that Coda's programs may take. */
const MOST_SECONDS: Record<string, number> = { relay: 5, runner: 15 };

/** What of a way was measured. */
interface Carried {
	/** Bytes in a millisecond, the median of the rounds. */
	rate: number;
	/** Processor seconds for a gigabyte, by process. */
	seconds: Record<string, number>;
	/** MiB afterwards, by process. */
	memory: Record<string, number>;
	isExact: boolean;
}

/** How fast what a program prints arrives, whether it is the same, and what that costs. */
export async function measureBulk(ways: Way[]): Promise<Row[]> {
	const folder = mkdtempSync(join(tmpdir(), 'coda-bench-bulk-'));
	const file = join(folder, 'text');
	const line = 'Zwölf Boxkämpfer jagen 日本 über den Sylter Deich, ohne Ende.\n';
	const content = Buffer.from(line.repeat(BYTES / line.length)).subarray(0, BYTES);
	writeFileSync(file, content);
	const wanted = createHash('sha256').update(content).digest('hex');
	const terminals = await Promise.all(ways.map((way) => rawTerminal(way)));
	const carried = new Map<string, Carried>();
	const times = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
	const spent = new Map<string, Record<string, number>>();
	for (const [at, way] of ways.entries()) {
		const hash = createHash('sha256');
		const length = await cat(terminals[at] as BenchTerminal, {
			file,
			bytes: content.length,
			each: (b) => hash.update(b)
		});
		const isExact = length === content.length && hash.digest('hex') === wanted;
		carried.set(way.name, { rate: 0, seconds: {}, memory: {}, isExact });
	}
	for (let round = 0; round < ROUNDS; round += 1) {
		for (const [at, way] of ways.entries()) {
			const before = secondsOf(way);
			const startedAt = performance.now();
			await cat(terminals[at] as BenchTerminal, { file, bytes: content.length });
			times.get(way.name)?.push(performance.now() - startedAt);
			const after = secondsOf(way);
			const sum = spent.get(way.name) ?? {};
			for (const [name, seconds] of Object.entries(after)) {
				sum[name] = (sum[name] ?? 0) + seconds - (before[name] ?? 0);
			}
			spent.set(way.name, sum);
		}
	}
	for (const way of ways) {
		const one = carried.get(way.name);
		if (!one) continue;
		const sorted = (times.get(way.name) ?? []).toSorted((a, b) => a - b);
		one.rate = content.length / (sorted[Math.floor(ROUNDS / 2)] ?? Infinity);
		for (const [name, seconds] of Object.entries(spent.get(way.name) ?? {})) {
			one.seconds[name] = (seconds * GIGABYTE) / (content.length * ROUNDS);
		}
		for (const [name, pids] of Object.entries(way.processes()))
			one.memory[name] = residentMiB(pids);
	}
	for (const terminal of terminals) terminal.close();
	rmSync(folder, { recursive: true });
	return rowsOf(carried);
}

/** Has a file printed, and waits until all of it is there. @returns how much came */
function cat(
	terminal: BenchTerminal,
	{
		file,
		bytes,
		each = () => {}
	}: { file: string; bytes: number; each?: (output: Uint8Array) => void }
): Promise<number> {
	let length = 0;
	return new Promise((resolve) => {
		terminal.draw = (output) => {
			length += output.length;
			each(output);
			if (length >= bytes) resolve(length);
		};
		terminal.write(`cat ${file}\n`);
	});
}

const secondsOf = (way: Way): Record<string, number> =>
	Object.fromEntries(
		Object.entries(way.processes()).map(([name, pids]) => [name, processorSeconds(pids)])
	);

function rowsOf(carried: Map<string, Carried>): Row[] {
	const bare = carried.get('pty')?.rate ?? Infinity;
	const shares = Object.fromEntries(
		Array.from(carried, ([name, { rate }]) => [name, (100 * rate) / bare])
	);
	const { coda = 0, plain = 0, pty: _, ...peers } = shares;
	const rows: Row[] = [
		{
			...{ name: 'bulk output beside a bare terminal, encrypted', value: coda, unit: '%', peers },
			...{ limit: '≥ 70', ok: coda >= 70 }
		},
		{
			...{
				name: 'bulk output beside a bare terminal, not encrypted',
				value: plain,
				unit: '%',
				peers
			},
			...{ limit: '≥ 75', ok: plain >= 75 }
		},
		{ name: 'a bare terminal', value: bare / 1_000, unit: 'MB/s', ok: true },
		{
			...{ name: 'bulk output that is not the same at both ends', unit: 'ways', limit: '0' },
			value: [...carried.values()].filter(({ isExact }) => !isExact).length,
			ok: [...carried.values()].every(({ isExact }) => isExact)
		}
	];
	const others = ['plain', 'pipe', 'framed', 'ssh'];
	for (const process of ['relay', 'runner']) {
		const figure = (what: 'seconds' | 'memory') => {
			const own = carried.get('coda')?.[what][process] ?? 0;
			const beside = others.flatMap((name) =>
				Object.entries(carried.get(name)?.[what] ?? {})
					.filter(([part]) => name === 'ssh' || part === process)
					.map(([part, value]) => [name === 'ssh' ? `ssh ${part}` : name, value] as const)
			);
			return { value: own, peers: Object.fromEntries(beside) };
		};
		const seconds = figure('seconds');
		const most = MOST_SECONDS[process] ?? Infinity;
		rows.push(
			{
				...{ name: `processor time of the ${process}`, unit: 's/GB', ...seconds },
				...{ limit: `≤ ${most}`, ok: seconds.value <= most }
			},
			{ name: `memory of the ${process} after it`, unit: 'MiB', ...figure('memory'), ok: true }
		);
	}
	return rows;
}
