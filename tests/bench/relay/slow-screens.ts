import { setTimeout as wait } from 'node:timers/promises';
import type { Row } from '../report.ts';
import { rawTerminal, untilPrinted, type Way } from './bench-terminal.ts';
import { residentMiB } from './process-figures.ts';

/** What a slow screen draws in a second. */
const SLOW_BYTES = 10_000_000;
const INTERRUPTS = 3;
const FLOOD_MS = 2_000;
const STALL_MS = 10_000;
/** Whoever has no prompt by then has none. */
const LATEST_MS = 60_000;

/** What a flood does to a screen that is slow, and to programs in front of one that stands still. */
export async function measureSlowScreens(ways: Way[]): Promise<Row[]> {
	const interrupted = new Map<string, number>();
	const grown = new Map<string, Record<string, number>>();
	for (const way of ways) {
		const times: number[] = [];
		for (let round = 0; round < INTERRUPTS; round += 1) times.push(await untilPrompt(way));
		interrupted.set(way.name, times.toSorted((a, b) => a - b)[1] ?? 0);
		grown.set(way.name, await growth(way));
	}
	const { coda = 0, ...peers } = Object.fromEntries(interrupted);
	const rows: Row[] = [
		{
			...{ name: '^C to prompt in a flood, 10 MB/s drawn', value: coda, unit: 'ms', peers },
			...{ limit: '≤ 100', ok: coda <= 100 }
		}
	];
	for (const [process, value] of Object.entries(grown.get('coda') ?? {})) {
		const beside = ways
			.filter(({ name }) => name !== 'coda')
			.flatMap(({ name }) =>
				Object.entries(grown.get(name) ?? {}).map(([part, mib]) => [`${name} ${part}`, mib])
			);
		rows.push({
			...{ name: `growth of the ${process} while a screen stands still for 10 s`, unit: 'MiB' },
			...{ value, peers: Object.fromEntries(beside) as Record<string, number> },
			...{ limit: '≤ 16', ok: value <= 16 }
		});
	}
	return rows;
}

/** Draws as fast as a slow screen. */
function slowly(): (output: Uint8Array) => void | Promise<void> {
	let owedMs = 0;
	return ({ length }) => {
		owedMs += (length / SLOW_BYTES) * 1_000;
		if (owedMs < 4) return;
		const startedAt = performance.now();
		return wait(owedMs).then(() => void (owedMs -= performance.now() - startedAt));
	};
}

async function untilPrompt(way: Way): Promise<number> {
	const terminal = await rawTerminal(way);
	const isThere = untilPrinted(terminal, 'prompt>');
	terminal.write('PS1="pro""mpt>"\n');
	await isThere;
	const draw = slowly();
	terminal.draw = draw;
	terminal.write('yes "what another program prints without end"\n');
	await wait(FLOOD_MS);
	const startedAt = performance.now();
	const prompt = new Promise<void>((resolve) => {
		let tail = '';
		terminal.draw = async (output) => {
			await draw(output);
			tail = (tail + Buffer.from(output).toString('latin1')).slice(-4_096);
			if (tail.includes('prompt>')) resolve();
		};
	});
	terminal.write('\x03');
	await Promise.race([prompt, wait(LATEST_MS)]);
	const tookMs = performance.now() - startedAt;
	terminal.close();
	await wait(200);
	return tookMs;
}

async function growth(way: Way): Promise<Record<string, number>> {
	const terminal = await rawTerminal(way);
	let received = 0;
	terminal.draw = ({ length }) => void (received += length);
	terminal.write('yes "what another program prints without end"\n');
	await wait(FLOOD_MS);
	const before = memory(way);
	const most = { ...before };
	let goOn = () => {};
	const standing = new Promise<void>((resolve) => (goOn = resolve));
	terminal.draw = () => standing;
	const endsAt = performance.now() + STALL_MS;
	while (performance.now() < endsAt) {
		await wait(200);
		for (const [name, mib] of Object.entries(memory(way))) {
			most[name] = Math.max(most[name] ?? 0, mib);
		}
	}
	received = 0;
	terminal.draw = ({ length }) => void (received += length);
	goOn();
	await wait(FLOOD_MS);
	// A way that lets its viewer go has not kept what it was measured for.
	const isKept = received > 0;
	terminal.close();
	await wait(200);
	return Object.fromEntries(
		Object.entries(most).map(([name, mib]) => [name, isKept ? mib - (before[name] ?? 0) : Infinity])
	);
}

const memory = (way: Way): Record<string, number> =>
	Object.fromEntries(
		Object.entries(way.processes()).map(([name, pids]) => [name, residentMiB(pids)])
	);
