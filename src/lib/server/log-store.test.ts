import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { db } from './db';
import { counters } from './counters';
import { log, setLogKeeper, type LogEntry } from './log';
import { flushLogStore, LogStore, startLogStore, storedLine } from './log-store';
import { withRequestContext } from './request-context';
import { insertLogLines } from './services/log-lines';
import { clearSwitch, setSwitch } from './services/switches';

const entry = (message: string): LogEntry => ({
	timestamp: new Date().toISOString(),
	level: 'info',
	message
});

/** The clock of a store whose test says when it writes. */
const whenAsked = () => undefined;

/** A database that is away, as its driver says it. */
const away = () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));

const kept = () => db.logLine.findMany({ orderBy: [{ at: 'asc' }, { id: 'asc' }] });

beforeEach(async () => {
	await db.logLine.deleteMany();
	for (const method of ['debug', 'info', 'warn', 'error'] as const) {
		vi.spyOn(console, method).mockImplementation(() => undefined);
	}
});

afterEach(() => {
	setLogKeeper(undefined);
	vi.restoreAllMocks();
});

describe('the log in the database', () => {
	test('has what was logged, with its request and its fields', async () => {
		startLogStore();
		const userId = '01933f5e-4d2a-7c11-8f00-2b9f3a6d1e55';

		withRequestContext({ requestId: 'request-1', route: '/(app)/ideas', userId }, () =>
			log('warn', 'Something', { ideaId: 7, error: new Error('No') })
		);
		await flushLogStore();

		const [line] = await kept();
		expect(line).toMatchObject({
			level: 'warn',
			message: 'Something',
			source: 'app',
			release: 'development',
			route: '/(app)/ideas',
			requestId: 'request-1',
			userId
		});
		expect(JSON.parse(line?.fields ?? '')).toMatchObject({ ideaId: 7, error: { message: 'No' } });
	});

	test('writes by itself within a second or so', async () => {
		startLogStore();

		log('info', 'Soon');

		await expect.poll(kept, { timeout: 5_000 }).toMatchObject([{ message: 'Soon' }]);
	});

	test('leaves out what is below the level, and everything while its switch is off', async () => {
		startLogStore();
		const admin = await createAdmin();
		const plainly = { forSeconds: null, reason: '', confirmed: false };

		log('debug', 'Detail');
		await setSwitch(admin, { name: 'logStore', value: false, ...plainly });
		log('error', 'While it is off');
		await clearSwitch(admin, { name: 'logStore', reason: '' });
		await flushLogStore();

		expect((await kept()).map(({ message }) => message)).not.toContain('While it is off');
		expect((await kept()).map(({ level }) => level)).not.toContain('debug');
	});

	test('takes whatever a line says, bounded and without its secrets', async () => {
		startLogStore();
		const before = counters()['logs.dropped'];

		log('info', 'x'.repeat(1_000_000));
		log('info', 'a\u0000b \ud800 \u001b[31mred\nnext', {
			'\u0000\ud800': '\u0000',
			userId: 'nobody'
		});
		log('info', 'Secrets', { password: 'hunter2', at: 'https://a.test/?token=hunter2', n: 1 });
		log(
			'info',
			'Much',
			Object.fromEntries(Array.from({ length: 90 }, (_, n) => [n, '"\\'.repeat(4_000)]))
		);
		withRequestContext({ requestId: 'r'.repeat(500), route: '/x'.repeat(500) }, () =>
			log('info', 'Long', { source: 'elsewhere' })
		);
		await flushLogStore();

		const lines = await kept();
		expect(lines).toHaveLength(5);
		expect(counters()['logs.dropped']).toBe(before);
		expect(lines[0]?.message).toHaveLength(1_000);
		expect(lines[1]?.message).toBe('a\ufffdb \ufffd \u001b[31mred\nnext');
		expect(JSON.parse(lines[1]?.fields ?? '')).toMatchObject({ userId: 'nobody' });
		expect(lines[2]?.fields).not.toContain('hunter2');
		expect(lines[3]?.fields.length).toBeLessThanOrEqual(20_000);
		expect(() => JSON.parse(lines[3]?.fields ?? '') as unknown).not.toThrow();
	});
});

describe('LogStore', () => {
	test('writes batches of at most 500', async () => {
		const sizes: number[] = [];
		const store = new LogStore((lines) => {
			sizes.push(lines.length);
			return insertLogLines(lines);
		}, whenAsked);
		for (let n = 0; n < 1_100; n += 1) store.push(storedLine(entry(`Line ${n}`)));

		await store.flush();

		expect(sizes).toEqual([500, 500, 100]);
		expect(await db.logLine.count()).toBe(1_100);
	});

	test('keeps the newest lines while the database is away, and says how many it dropped', async () => {
		let isAway = true;
		const store = new LogStore((lines) => (isAway ? away() : insertLogLines(lines)), whenAsked);
		for (let n = 0; n < 5_100; n += 1) store.push(storedLine(entry(`Line ${n}`)));
		await store.flush();
		expect(store.dropped).toBe(100);
		expect(await db.logLine.count()).toBe(0);

		isAway = false;
		await store.flush();

		expect(await db.logLine.count()).toBe(5_001);
		expect(await db.logLine.findFirst({ where: { message: 'Line 99' } })).toBeNull();
		expect(await db.logLine.findMany({ where: { level: 'warn' } })).toMatchObject([
			{ message: 'Log lines were dropped', fields: '{"lines":100}' }
		]);
		expect(store.dropped).toBe(0);
	});

	test('writes no line twice where the connection broke after it was written', async () => {
		let isBroken = true;
		const store = new LogStore(async (lines) => {
			await insertLogLines(lines);
			if (isBroken) await away();
		}, whenAsked);
		store.push(storedLine(entry('Once')));
		await store.flush();
		isBroken = false;

		await store.flush();

		expect(await kept()).toMatchObject([{ message: 'Once' }]);
	});

	test('gives up what the database refuses, and goes on', async () => {
		const store = new LogStore(insertLogLines, whenAsked);
		store.push({ ...storedLine(entry('Refused')), message: 'x'.repeat(3_000) });
		await store.flush();
		store.push(storedLine(entry('Taken')));

		await store.flush();

		expect((await kept()).map(({ message }) => message).toSorted()).toEqual([
			'Log lines were dropped',
			'Taken'
		]);
		expect(console.error).not.toHaveBeenCalled();
	});
});
