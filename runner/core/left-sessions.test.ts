import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import type { KeptSession } from './gone-sessions.ts';
import { LeftSessions } from './left-sessions.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { TmuxProblem } from './tmux-client.ts';

/** So many that an earlier runner has left, in tmux or not. */
const keptOf = (count: number, tmuxName?: string): KeptSession[] =>
	Array.from({ length: count }, () => ({
		...{ sessionId: randomUUID(), title: 'Tests', folder: '/', tmuxName },
		startedAt: '2026-01-01T00:00:00.000Z'
	}));

const silent = () => new Promise<void>(() => {});
const bugs: unknown[] = [];
afterEach(() => bugs.splice(0));
const leftBy = (takeUp: (kept: KeptSession) => Promise<void>) =>
	new LeftSessions(takeUp, (cause) => bugs.push(cause));

test('those that tmux need not be asked about wait for none that does not answer', async () => {
	const found: string[] = [];
	const left = leftBy(async ({ sessionId, tmuxName }) => {
		if (tmuxName) await silent();
		found.push(sessionId);
	});
	const plain = keptOf(3);
	left.add([...keptOf(RUNNER_LIMITS.takeUpsAtOnce, 'coda-idea'), ...plain]);

	void left.tryAll();

	await vi.waitFor(() => expect(found).toEqual(plain.map(({ sessionId }) => sessionId)));
});

test('one whose turn has not come is there to be tried by whoever comes next', async () => {
	const tried: string[] = [];
	let isSilent = true;
	const left = leftBy(({ sessionId }) => {
		tried.push(sessionId);
		return isSilent ? silent() : Promise.resolve();
	});
	const kept = keptOf(RUNNER_LIMITS.takeUpsAtOnce + 1, 'coda-idea');
	left.add(kept);
	void left.tryAll();
	expect(tried).toHaveLength(RUNNER_LIMITS.takeUpsAtOnce);

	isSilent = false;
	await left.tryAll();

	expect(tried).toEqual(kept.map(({ sessionId }) => sessionId));
});

test('a mistake of the runner is told, and keeps none from being tried; that tmux is silent is no mistake', async () => {
	const mistake = new RangeError('A mistake.');
	let count = 0;
	const left = leftBy(async () => {
		count += 1;
		throw count % 2 ? mistake : new TmuxProblem('lost server');
	});
	left.add(keptOf(4 * RUNNER_LIMITS.takeUpsAtOnce, 'coda-idea'));

	await left.tryAll();

	expect(count).toBe(4 * RUNNER_LIMITS.takeUpsAtOnce);
	expect(bugs).toHaveLength(count / 2);
	expect(new Set(bugs)).toEqual(new Set([mistake]));
});
