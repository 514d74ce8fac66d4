import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { beforeEach, expect, test, vi } from 'vitest';
import { counters } from '../counters';
import type { Sent } from './otlp';
import { SpanQueue } from './span-queue';

const taken: Sent = { outcome: 'taken', rejected: 0 };

let sent: ReadableSpan[][] = [];
let answers: Sent[] = [];
let planned: { ms: number; work: () => Promise<void> }[] = [];
let droppedBefore = 0;
const dropped = () => counters()['spans.dropped'] - droppedBefore;

const queueOf = () =>
	new SpanQueue(
		(spans) => {
			sent.push(spans);
			return Promise.resolve(answers.shift() ?? taken);
		},
		(ms, work) => void planned.push({ ms, work })
	);
const spanOf = (name: string) => ({ name }) as ReadableSpan;
const push = (queue: SpanQueue, count: number) => {
	for (let n = 0; n < count; n += 1) queue.onEnd(spanOf(String(n)));
};

beforeEach(() => {
	vi.unstubAllEnvs();
	[sent, answers, planned] = [[], [], []];
	droppedBefore = counters()['spans.dropped'];
});

test('spans leave in batches, by one sending however many came', async () => {
	const queue = queueOf();
	push(queue, 600);

	expect(planned).toHaveLength(1);
	await planned[0]?.work();

	expect(sent.map(({ length }) => length)).toEqual([512, 88]);
	expect(planned).toHaveLength(1);
	expect(dropped()).toBe(0);
});

test('while the receiver is away the latest are kept, the oldest dropped and counted', async () => {
	answers = Array.from({ length: 3 }, () => ({ outcome: 'away', waitMs: 0 }));
	const queue = queueOf();
	push(queue, 5_000);

	await queue.forceFlush();
	push(queue, 10);

	expect(queue.waiting).toBe(4_096);
	expect(dropped()).toBe(5_010 - 4_096);
});

test('what was not taken is sent again, later each time, and in its order', async () => {
	answers = [
		{ outcome: 'away', waitMs: 0 },
		{ outcome: 'away', waitMs: 0 },
		{ outcome: 'away', waitMs: 20_000 }
	];
	const queue = queueOf();
	push(queue, 3);

	for (let round = 0; round < 4; round += 1) await planned[round]?.work();

	const waits = planned.map(({ ms }) => ms);
	expect(waits[2]).toBeGreaterThan(900);
	expect(waits[3]).toBeGreaterThan(19_000);
	expect(sent.map((spans) => spans.map(({ name }) => name).join(''))).toEqual([
		...Array.from({ length: 4 }, () => '012')
	]);
	expect(dropped()).toBe(0);
});

test('what the receiver refuses is dropped and counted, and the next is sent', async () => {
	answers = [{ outcome: 'refused' }, { outcome: 'taken', rejected: 7 }];
	const queue = queueOf();
	push(queue, 600);

	await queue.forceFlush();

	expect(dropped()).toBe(512 + 7);
	expect(queue.waiting).toBe(0);
});

test('before the process ends everything is sent once, whatever was waited for', async () => {
	answers = [{ outcome: 'away', waitMs: 60_000 }];
	const queue = queueOf();
	push(queue, 1_000);
	await queue.forceFlush();

	await queue.shutdown();

	expect(sent.map(({ length }) => length)).toEqual([512, 512, 488]);
	expect(queue.waiting).toBe(0);
});

test('a receiver that hangs, or is slow, keeps no process from ending either', async () => {
	const hanging = new SpanQueue(
		() => new Promise<Sent>(() => undefined),
		() => undefined,
		100
	);
	push(hanging, 10);
	void hanging.forceFlush();
	push(hanging, 10);
	let batches = 0;
	const slow = new SpanQueue(
		() => {
			batches += 1;
			return new Promise<Sent>((resolve) => setTimeout(resolve, 60, taken));
		},
		() => undefined,
		100
	);
	push(slow, 4_096);

	await Promise.all([hanging.shutdown(), slow.shutdown()]);

	expect(batches).toBeLessThan(4);
	const last = batches;
	// What was on its way comes to its end, and nothing more begins.
	await slow.forceFlush();
	expect(batches).toBe(last);
});

test('a receiver that is away keeps no process from ending', async () => {
	answers = Array.from({ length: 9 }, () => ({ outcome: 'away', waitMs: 0 }));
	const queue = queueOf();
	push(queue, 1_000);

	await queue.shutdown();

	expect(sent).toHaveLength(1);
	expect(queue.waiting).toBe(1_000);
});
