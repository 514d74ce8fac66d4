import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startAppApi, type AppApi } from '#tests/support/app-api';
import { Settings } from './config.ts';
import type { RunnerEvent } from './events.ts';
import { httpApi } from './http-api.ts';
import { KeptFaults } from './kept-faults.ts';
import { pair } from './pairing.ts';
import type { Paired } from './paired.ts';
import type { Runner } from './runner.ts';
import { Store } from './store.ts';
import { tellFaults } from './telling-faults.ts';

let folder: string;
let app: AppApi;
let faults: KeptFaults;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'coda-telling-'));
	const store = new Store(folder);
	store.saveSettings({ ...Settings.parse({}), reportFaults: true });
	faults = new KeptFaults(store);
});
afterEach(async () => {
	await app.stop();
	rmSync(folder, { recursive: true });
});

/** A paired computer, whose runner says what it is told to say. */
async function telling({ isOlder = false, retryMs = 50 } = {}) {
	app = await startAppApi('ws://127.0.0.1:9', isOlder);
	app.polls.push('approve');
	const api = httpApi(app.url);
	const signal = AbortSignal.timeout(60_000);
	const paired: Paired = await pair({ api, server: app.url, signal, name: 'Desk', onShow() {} });
	const runner = new EventEmitter<{ event: [RunnerEvent] }>();
	let asked = 0;
	const counting = {
		...api,
		challenge: (given: { runnerId: string }) => {
			asked += 1;
			return api.challenge(given);
		}
	};
	tellFaults(runner as Runner, { paired, api: counting, faults, retryMs });
	return {
		/** How often it has begun to ask. */
		asked: () => asked,
		tells: (event: RunnerEvent) => runner.emit('event', event),
		fails: (words: string) =>
			runner.emit('event', { type: 'problem', message: 'Odd', cause: new TypeError(words) })
	};
}

const online: RunnerEvent = { type: 'online', relayUrl: 'ws://127.0.0.1:9' };
const waiting: RunnerEvent = { type: 'waiting', ms: 1, reason: 'away' };

test('faults are told while it is online, those of before as well, and what is no fault is not', async () => {
	faults.add(new RangeError('Of a runner before'));
	const runner = await telling();

	runner.fails('Before it was online');
	expect(app.tellings).toBe(0);
	runner.tells(online);
	await expect.poll(() => app.faults).toHaveLength(2);
	runner.tells({ type: 'problem', message: 'The disk is full.' });
	runner.fails('While it was online');
	await expect.poll(() => app.faults).toHaveLength(3);

	expect(app.faults.map(({ kind }) => kind)).toEqual(['RangeError', 'TypeError', 'TypeError']);
	expect(app.faults[2]).toMatchObject({
		message: 'While it was online',
		stack: expect.stringContaining('runner/core/telling-faults.test.ts'),
		platform: `${process.platform}-${process.arch}`,
		node: process.versions.node
	});
	expect(faults.next()).toEqual([]);
});

test('an app that is from before there was such a thing is asked once', async () => {
	const runner = await telling({ isOlder: true, retryMs: 1 });

	runner.fails('The first');
	runner.tells(online);
	await expect.poll(runner.asked).toBe(1);
	await expect.poll(() => faults.next()).toHaveLength(1);
	runner.fails('The second');
	runner.tells(waiting);
	runner.tells(online);

	expect(runner.asked()).toBe(1);
	// The next life of this runner may find a newer app.
	expect(faults.next()).toHaveLength(2);
});

test('an app that is away or full gets them later', async () => {
	const runner = await telling();
	runner.fails('One');
	app.refusesFaults = 'TOO_MANY_REQUESTS';
	runner.tells(online);
	await expect.poll(() => app.tellings).toBeGreaterThan(1);
	expect(app.faults).toEqual([]);

	app.refusesFaults = undefined;

	await expect.poll(() => app.faults).toHaveLength(1);
});

test('what an app will never take is not kept for it', async () => {
	const runner = await telling();
	app.refusesFaults = 'BAD_REQUEST';
	runner.fails('One');
	runner.tells(online);

	await expect.poll(() => faults.next()).toEqual([]);
	expect(app.tellings).toBe(1);
});
