import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session } from './session.ts';
import { Starting, type Beginning } from './starting.ts';

let asking: Beginning;
let starting: Starting;
beforeEach(() => {
	vi.useFakeTimers({ toFake: ['performance'] });
	starting = new Starting((by) => {
		asking = by;
		return new Promise<Session>(() => {});
	});
});
afterEach(() => vi.useRealTimers());

/** One who waits, and what it was told. */
function waiter() {
	const told: number[] = [];
	const leaving = new AbortController();
	void starting.join({
		...{ mayStart: true, leaving: leaving.signal },
		onAsk: (seconds) => told.push(seconds)
	});
	return { told, leave: () => leaving.abort() };
}

test('whoever comes while the person is asked is told what is left of the time', () => {
	const one = waiter();
	asking.onWait(60_000);
	vi.advanceTimersByTime(42_000);

	const other = waiter();

	expect(one.told).toEqual([60]);
	expect(other.told).toEqual([18]);
	asking.onWait(60_000);
	expect([one.told, other.told]).toEqual([
		[60, 60],
		[18, 60]
	]);
});

test('it is unwanted when the last one has left, and not before', () => {
	const [one, other] = [waiter(), waiter()];

	one.leave();
	expect(asking.unwanted.aborted).toBe(false);
	other.leave();

	expect(asking.unwanted.aborted).toBe(true);
	expect(starting.isUnwanted).toBe(true);
});

test('once it is settled that it is started, nobody’s leaving makes it unwanted', () => {
	const one = waiter();

	asking.onSettled();
	one.leave();

	expect(asking.unwanted.aborted).toBe(false);
	expect(starting.isUnwanted).toBe(false);
});
