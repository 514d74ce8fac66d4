import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { BackOff } from '../../../runner/core/back-off.ts';
import { startLine } from '../../support/line.ts';
import type { Row } from '../report.ts';
import { makeRaw, rawTerminal, type BenchTerminal, type Way } from './bench-terminal.ts';
import type { CodaTerminal } from './coda-terminal.ts';
import type { CodaWay } from './coda-way.ts';

const LINES = 1_900;
const CUT_MS = 5_000;
/** Prints so many numbered lines, 380 of them in a second. */
const STREAM = `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo "n$i"; [ $((i % 19)) = 0 ] && sleep 0.05; done; echo "the e""nd"\n`;

/** Numbered lines that did not come, and those that came again, when the line is cut for five seconds in their midst. */
export async function measureCut(coda: CodaWay, pipe: Way): Promise<Row[]> {
	const [own, other] = [await cutCoda(coda), await cutPipe(pipe)];
	return [
		{
			...{ name: 'lines of 1,900 lost over a cut of 5 s', unit: 'lines', limit: '0' },
			...{ value: own.lost, peers: { pipe: other.lost }, ok: own.lost === 0 }
		},
		{
			...{ name: 'lines that came twice', unit: 'lines', limit: '0' },
			...{ value: own.twice, peers: { pipe: other.twice }, ok: own.twice === 0 }
		}
	];
}

/** Gathers what is printed. */
function gather(terminal: BenchTerminal, into: string[]): Promise<void> {
	return new Promise((resolve) => {
		terminal.draw = (output) => {
			into.push(Buffer.from(output).toString('latin1'));
			if (into.slice(-3).join('').includes('the end\n')) resolve();
		};
	});
}

function counted(printed: string[]): { lost: number; twice: number } {
	const numbers = [...printed.join('').matchAll(/n(\d+)\n/g)].map(([, number]) => number);
	const different = new Set(numbers).size;
	return { lost: LINES - different, twice: numbers.length - different };
}

async function cutCoda(way: CodaWay): Promise<{ lost: number; twice: number }> {
	const line = await startLine({ host: '127.0.0.1', port: way.port });
	const sessionId = randomUUID();
	const relayUrl = `ws://127.0.0.1:${line.port}`;
	let epoch = '';
	const onOpened = (of: string) => (epoch = of);
	let terminal = await way.openTerminal({ relayUrl, sessionId, onOpened });
	await makeRaw(terminal);
	const printed: string[] = [];
	let isDone = gather(terminal, printed);
	terminal.write(STREAM);
	await wait(1_000);
	await line.close();
	await terminal.closed;
	await wait(CUT_MS);
	await line.open();
	terminal = await way.openTerminal({
		...{ relayUrl, onOpened, again: { sessionId, have: { epoch, offset: terminal.offset } } },
		onTerminal: (back) => (isDone = gather(back, printed))
	});
	await isDone;
	terminal.close();
	await line.stop();
	return counted(printed);
}

async function cutPipe(way: Way): Promise<{ lost: number; twice: number }> {
	const line = await startLine({ host: '127.0.0.1', port: way.port ?? 0 });
	const terminal = await rawTerminal(way, line.port);
	const printed: string[] = [];
	void gather(terminal, printed);
	terminal.write(STREAM);
	await wait(1_000);
	await line.stop();
	await wait(CUT_MS);
	return counted(printed);
}

/** As many as a computer has terminals, less a few. */
const TABS = 16;
const RESTARTS = 5;
/** A runner that was online for so long waits as little as at first. */
const STEADY_MS = 10_500;

/** A tab of a page: what it has drawn of which terminal. */
interface Tab {
	sessionId: ReturnType<typeof randomUUID>;
	epoch: string;
	terminal: CodaTerminal;
}

/** From the end of a relay until what was open on it is open again, with the waits of a page and of a runner. */
export async function measureRestart(way: CodaWay): Promise<Row[]> {
	const times: number[] = [];
	const tabs = await Promise.all(Array.from({ length: TABS }, () => openTab(way)));
	for (let round = 0; round < RESTARTS; round += 1) {
		await wait(STEADY_MS);
		const startedAt = performance.now();
		const back = tabs.map(async (tab) => {
			await tab.terminal.closed;
			await comeBack(way, tab);
			times.push(performance.now() - startedAt);
		});
		await way.restartRelay();
		await Promise.all(back);
	}
	for (const { terminal } of tabs) terminal.close();
	const sorted = times.toSorted((a, b) => a - b);
	const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
	return [
		{
			...{ name: 'reconnected after a relay was killed, p95', value: p95 / 1_000, unit: 's' },
			...{ limit: '≤ 2', ok: p95 <= 2_000 }
		}
	];
}

async function openTab(way: CodaWay): Promise<Tab> {
	const sessionId = randomUUID();
	let epoch = '';
	const terminal = await way.openTerminal({ sessionId, onOpened: (of) => (epoch = of) });
	return { sessionId, epoch, terminal };
}

async function comeBack(way: CodaWay, tab: Tab): Promise<void> {
	const { sessionId, epoch, terminal } = tab;
	const have = { epoch, offset: terminal.offset };
	const backOff = new BackOff();
	for (;;) {
		await wait(backOff.next());
		try {
			tab.terminal = await way.openTerminal({ again: { sessionId, have } });
			return;
		} catch {
			// The relay is not there yet.
		}
	}
}
