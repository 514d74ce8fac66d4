import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { startProgram } from '../../support/program.ts';
import { connect, newIds, ticketsOf, type TestEnd } from '../../support/relay.ts';
import type { Row } from '../report.ts';
import type { Bundles } from './bundles.ts';
import { startRelay } from './coda-way.ts';
import { residentMiB } from './process-figures.ts';

/** The first pairs have a program grow that then stays as it is. */
const WARM_PAIRS = 200;
const COUNTS = [1_000, 5_000];
/** Each address may have a thousand sockets, a hundred of which may be new. */
const PAIRS_PER_ADDRESS = 40;
const SETTLE_MS = 8_000;

/** What a relay holds for a runner and a viewer that say nothing. */
export async function measureIdle(bundles: Bundles): Promise<Row[]> {
	const relay = await startRelay(bundles.relay);
	const url = `ws://127.0.0.1:${relay.port}`;
	const own = await grownBy(relay.child.pid ?? 0, (pairs, from) => codaPairs(url, pairs, from));
	relay.child.kill('SIGKILL');

	const pipe = startProgram('tests/bench/relay/pipe-relay.ts', []);
	const [ports] = (await once(pipe.child, 'message')) as [[number, number]];
	const piped = await grownBy(pipe.pid, (pairs) => pipePairs(ports, pairs));
	await pipe.end('SIGKILL');
	return COUNTS.map((pairs, at) => {
		const value = own[at] ?? Infinity;
		return {
			...{ name: `memory of the relay for an idle pair, of ${pairs}`, value, unit: 'KiB' },
			...{ peers: { pipe: piped[at] ?? 0 }, limit: '≤ 16', ok: value <= 16 }
		};
	});
}

type Pairs = { end(): void }[];

/** KiB for each pair, at each of the counts. */
async function grownBy(
	pid: number,
	open: (pairs: number, from: number) => Promise<Pairs>
): Promise<number[]> {
	const all = await open(WARM_PAIRS, 0);
	await wait(SETTLE_MS);
	const before = residentMiB([pid]);
	const grown: number[] = [];
	for (const pairs of COUNTS) {
		const from = all.length;
		all.push(...(await open(WARM_PAIRS + pairs - from, from)));
		await wait(SETTLE_MS);
		grown.push(((residentMiB([pid]) - before) * 1_024) / pairs);
	}
	for (const pair of all) pair.end();
	return grown;
}

async function codaPairs(url: string, count: number, from: number): Promise<Pairs> {
	const pairs: Pairs = [];
	for (let at = from; at < from + count; at += PAIRS_PER_ADDRESS) {
		const index = 1 + Math.floor(at / PAIRS_PER_ADDRESS);
		const localAddress = `127.2.${index >> 8}.${index & 255}`;
		const length = Math.min(PAIRS_PER_ADDRESS, from + count - at);
		pairs.push(...(await Promise.all(Array.from({ length }, () => codaPair(url, localAddress)))));
	}
	return pairs;
}

async function codaPair(url: string, localAddress: string) {
	const tickets = ticketsOf(newIds());
	const runner = await connect(url, tickets['runner-control'], { localAddress });
	await runner.said('ready');
	const viewer = await connect(url, tickets.viewer, { localAddress });
	await viewer.said('ready');
	// Signs of life are asked for, and not answered by what a test has for an end.
	for (const end of [runner, viewer]) answer(end);
	return {
		end() {
			for (const end of [runner, viewer]) end.socket.terminate();
		}
	};
}

function answer({ socket }: TestEnd): void {
	socket.on('message', (data: Buffer, isBinary) => {
		if (!isBinary || data[0] !== 1) return;
		const pong = Buffer.from(data);
		pong[0] = 2;
		socket.send(pong);
	});
}

async function pipePairs([runners, viewers]: [number, number], count: number): Promise<Pairs> {
	const open = async (port: number): Promise<Socket> => {
		const socket = connectTcp({ host: '127.0.0.1', port });
		await once(socket, 'connect');
		return socket;
	};
	const pairs: Pairs = [];
	for (let at = 0; at < count; at += 1) {
		const pair = [await open(runners), await open(viewers)];
		pairs.push({ end: () => pair.forEach((socket) => socket.destroy()) });
	}
	return pairs;
}
