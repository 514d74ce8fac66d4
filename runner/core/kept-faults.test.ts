import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WIRE } from '#protocol/limits';
import { Settings } from './config.ts';
import { KeptFaults } from './kept-faults.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { Store } from './store.ts';

let folder: string;
let store: Store;
let faults: KeptFaults;
const path = () => join(folder, 'faults.json');
const letReport = (reportFaults: boolean) =>
	store.saveSettings({ ...Settings.parse({}), reportFaults });
/** Of each kind, its words. */
const words = (n: number) => 'abcdefghijklmnopqrstuvwxyz'[n] ?? '';

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'coda-faults-'));
	store = new Store(folder);
	letReport(true);
	faults = new KeptFaults(store);
});
afterEach(() => {
	vi.useRealTimers();
	rmSync(folder, { recursive: true });
});

test('until its person has said that it may, nothing is kept and nothing is told', () => {
	rmSync(join(folder, 'settings.json'));
	faults.add(new TypeError('Early'));
	expect(existsSync(path())).toBe(false);

	letReport(true);
	faults.add(new TypeError('Later'));
	expect(faults.next()).toHaveLength(1);

	letReport(false);
	expect(faults.next()).toEqual([]);
});

test('a fault is kept for its owner alone, with its place and without what is theirs', () => {
	faults.add(new RangeError(`Odd thing in ${homedir()}/merger`));

	expect(statSync(path()).mode & 0o777).toBe(0o600);
	const [one] = faults.next();
	expect(one?.fault).toMatchObject({ kind: 'RangeError', message: 'Odd thing in ~/…', times: 1 });
	expect(one?.fault.stack).toMatch(/^ {4}at \S+ \(runner\/core\/kept-faults\.test\.ts:\d+:\d+\)/);
	const text = readFileSync(path(), 'utf8');
	for (const hers of [homedir(), process.cwd(), 'merger']) expect(text).not.toContain(hers);
});

test('what is thrown and is no error says nothing of itself', () => {
	faults.add('the merger');

	expect(faults.next()[0]?.fault).toMatchObject({ kind: 'Thrown', message: 'string', stack: '' });
});

test('one kind is kept once, with how often, and is told again a day later', () => {
	const happen = (n: number, to = faults) => to.add(new TypeError(`Number ${n} is odd`));
	vi.useFakeTimers({ now: 1_000_000_000 });
	for (const n of [1, 2, 3]) happen(n);
	expect(faults.next()).toMatchObject([{ fault: { times: 3 } }]);

	faults.told(faults.next());
	happen(4);
	expect(faults.next()).toEqual([]);
	// The next runner knows of it as well.
	happen(5, new KeptFaults(store));
	expect(faults.next()).toEqual([]);

	vi.setSystemTime(1_000_000_000 + RUNNER_LIMITS.faultAgainMs + 1);
	happen(6);
	expect(faults.next()).toHaveLength(1);
});

test('of many kinds so many an hour are kept, and so many in all', () => {
	vi.useFakeTimers({ now: 1_000_000_000 });
	const storm = (from: number) => {
		for (let n = from; n < from + 13; n += 1) faults.add(new TypeError(`Of kind ${words(n)}`));
	};
	const kept = () => store.faults?.waiting.length;

	storm(0);
	expect(kept()).toBe(RUNNER_LIMITS.faultsAnHour);
	expect(faults.next()).toHaveLength(10);
	vi.setSystemTime(1_000_000_000 + 3_600_001);
	storm(13);
	expect(kept()).toBe(RUNNER_LIMITS.faultsWaiting);
	vi.setSystemTime(1_000_000_000 + 2 * 3_600_001);
	faults.add(new RangeError('One more'));
	expect(kept()).toBe(RUNNER_LIMITS.faultsWaiting);
});

test('a storm is counted as far as it is kept, and does not read the files each time', () => {
	vi.useFakeTimers({ now: 1_000_000_000 });
	const read = vi.spyOn(store, 'faults', 'get');
	for (let n = 0; n < 500; n += 1) {
		const word = `${words(n % 26)}${words(Math.floor(n / 26))}`;
		faults.add(new TypeError(`Of kind ${word}`));
		faults.add(new TypeError('Of kind aa'));
	}

	expect(read.mock.calls.length).toBeLessThanOrEqual(RUNNER_LIMITS.faultsAnHour + 1);
	expect(faults.next()[0]?.fault.times).toBe(501);

	// What was not kept was not counted, either.
	vi.setSystemTime(1_000_000_000 + 3_600_001);
	faults.add(new TypeError('Of kind zz'));
	faults.add(new TypeError(`Of kind ${words(25)}${words(3)}`));
	expect(faults.next().find(({ fault }) => fault.message === 'Of kind zz')).toBeUndefined();
	expect(store.faults?.waiting.at(-1)?.fault).toMatchObject({ times: 1 });
});

test('what happened before this runner is counted on, up to what the app takes', () => {
	const same = new TypeError('Odd');
	const happened = (times: number) => {
		const [one] = faults.next();
		if (!one) throw new Error('Nothing was kept');
		store.saveFaults({ told: [], waiting: [{ ...one, fault: { ...one.fault, times } }] });
		faults = new KeptFaults(store);
		faults.add(same);
		return faults.next()[0]?.fault.times;
	};
	faults.add(same);

	expect(happened(7)).toBe(8);
	expect(happened(WIRE.faultTimes)).toBe(WIRE.faultTimes);
});

test('a file that is not as it was written keeps no runner from anything', () => {
	writeFileSync(path(), '{"waiting":7', { mode: 0o600 });

	faults.add(new TypeError('After it'));

	expect(faults.next()).toHaveLength(1);
});

test('where the folder cannot be had, nothing is thrown', () => {
	rmSync(folder, { recursive: true });
	writeFileSync(folder, '');

	faults.add(new TypeError('Nowhere'));

	expect(faults.next()).toEqual([]);
});
