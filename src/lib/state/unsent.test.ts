import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ERROR_STATUS, type ErrorCode } from '$lib/errors';

const create = vi.hoisted(() => vi.fn());
vi.mock('$lib/trpc', () => ({ trpc: { ideas: { create: { mutate: create } } } }));

import { UnsentIdeas } from './unsent.svelte';

const KITE = { title: 'Kite', notes: '', star: 'none' as const, linkUrl: null };

const kept = new Map<string, string>();

function failWith(code: ErrorCode, reason?: string) {
	const data = { code, httpStatus: ERROR_STATUS[code], reason };
	create.mockRejectedValueOnce(
		TRPCClientError.from({ error: { code: -32000, message: 'No.', data } })
	);
}

beforeEach(() => {
	vi.useFakeTimers();
	create.mockReset().mockResolvedValue({ id: 'made' });
	kept.clear();
	const handler: ProxyHandler<object> = {
		ownKeys: () => [...kept.keys()],
		getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true })
	};
	const storage = {
		getItem: (name: string) => kept.get(name) ?? null,
		setItem: (name: string, value: string) => kept.set(name, value),
		removeItem: (name: string) => kept.delete(name)
	};
	vi.stubGlobal(
		'localStorage',
		new Proxy({}, { ...handler, get: (_, name) => storage[name as keyof typeof storage] })
	);
});

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('ideas on their way', () => {
	it('are kept until the server has them', async () => {
		const queue = new UnsentIdeas('ada', () => undefined);
		queue.add([KITE]);
		expect(kept.size).toBe(1);
		await settle();
		expect([queue.items.length, kept.size]).toEqual([0, 0]);
	});

	it('wait through maintenance, and say so', async () => {
		failWith('SERVICE_UNAVAILABLE', 'maintenance.readOnly');
		const queue = new UnsentIdeas('ada', () => undefined);
		queue.add([KITE]);
		await settle();
		expect(queue.items[0]?.problem).toBe('Kept here. No.');
		expect(kept.size).toBe(1);

		await vi.advanceTimersByTimeAsync(2_000);

		expect([queue.items.length, kept.size, create.mock.calls.length]).toEqual([0, 0, 2]);
	});

	it('leave those of another tab and another person alone', async () => {
		failWith('SERVICE_UNAVAILABLE');
		const other = new UnsentIdeas('bob', () => undefined);
		other.add([KITE]);
		await settle();
		other.close();
		const queue = new UnsentIdeas('ada', () => undefined);
		queue.open();
		queue.add([KITE]);
		await settle();
		expect([...kept.keys()]).toEqual([expect.stringMatching(/^coda-unsent:bob:/)]);
	});

	it('wait for the person to sign in again, all of them', async () => {
		failWith('UNAUTHORIZED');
		const queue = new UnsentIdeas('ada', () => undefined);
		queue.add([KITE, { ...KITE, title: 'Boat' }]);
		await vi.advanceTimersByTimeAsync(60_000);
		expect(create).toHaveBeenCalledTimes(1);
		expect(queue.isSignedOut).toBe(true);
		expect(queue.items.map(({ refused }) => refused)).toEqual([undefined, undefined]);
		expect(queue.items[0]?.problem).toContain('Sign in again to send it');
		await queue.send();
		expect(queue.items).toEqual([]);
	});

	it('are tried again when the server breaks, and given up after five more times', async () => {
		for (let time = 0; time < 6; time++) failWith('INTERNAL_SERVER_ERROR');
		const queue = new UnsentIdeas('ada', () => undefined);
		queue.add([KITE]);
		await settle();
		expect(queue.items[0]?.refused).toBeUndefined();
		await vi.advanceTimersByTimeAsync(120_000);
		expect(create).toHaveBeenCalledTimes(6);
		expect(queue.items[0]?.refused).toBe(true);
	});

	it('are refused at once when they are at fault, and those behind go on', async () => {
		failWith('BAD_REQUEST');
		const queue = new UnsentIdeas('ada', () => undefined);
		queue.add([KITE, { ...KITE, title: 'Boat' }]);
		await settle();
		expect(queue.items.map(({ title, refused }) => [title, refused])).toEqual([['Boat', true]]);
	});

	it('are not sent after the queue is closed, and stay kept', async () => {
		failWith('SERVICE_UNAVAILABLE');
		const queue = new UnsentIdeas('ada', () => undefined);
		queue.add([KITE]);
		queue.close();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(create).toHaveBeenCalledTimes(1);
		expect(kept.size).toBe(1);
	});
});
