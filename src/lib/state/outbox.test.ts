import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ERROR_STATUS, type ErrorCode } from '#protocol/errors';
import type { WaitingEdit } from '$lib/waiting';

const { create, update, get } = vi.hoisted(() => ({
	create: vi.fn(),
	update: vi.fn(),
	get: vi.fn()
}));
vi.mock('$lib/trpc', () => ({
	trpc: {
		ideas: { create: { mutate: create }, update: { mutate: update }, get: { query: get } }
	}
}));

import { Outbox } from './outbox.svelte';
import { UnsentIdeas, type Unsent } from './unsent.svelte';

/*
 * Where there is no database, as here, everything is in the page only. That it is kept, and one tab sends it,
 * is tried in the browser.
 */

const KITE = { title: 'Kite', notes: '', star: 'none' as const, linkUrl: null };
const BOAT = { ...KITE, title: 'Boat' };

const failure = (code: ErrorCode, reason?: string) => {
	const data = { code, httpStatus: ERROR_STATUS[code], reason };
	return TRPCClientError.from({ error: { code: -32000, message: 'No.', data } });
};

const opened: Outbox[] = [];

function begin() {
	const outbox = new Outbox();
	const confirmed: string[] = [];
	const unsent = new UnsentIdeas((key) => confirmed.push(key), outbox);
	unsent.open();
	outbox.open('ada');
	opened.push(outbox);
	return { outbox, unsent, confirmed };
}

const settle = async () => {
	await vi.dynamicImportSettled();
	await vi.advanceTimersByTimeAsync(0);
};

beforeEach(() => {
	vi.useFakeTimers();
	create.mockReset().mockResolvedValue({ id: 'made' });
	update.mockReset();
	get.mockReset();
	vi.stubGlobal('BroadcastChannel', undefined);
	vi.stubGlobal('navigator', {});
});

afterEach(() => {
	for (const outbox of opened.splice(0)) outbox.close();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

describe('new ideas', () => {
	it('go out one after the other, as they were typed', async () => {
		const { unsent, outbox, confirmed } = begin();
		const [first] = unsent.add([KITE]);
		const [second] = unsent.add([BOAT]);
		await settle();

		expect(create.mock.calls.map(([input]) => input.title)).toEqual(['Kite', 'Boat']);
		expect(confirmed).toEqual([first?.clientKey, second?.clientKey]);
		expect(outbox.items).toEqual([]);
	});

	it('keep their order when the clock is set back in between', async () => {
		create.mockRejectedValueOnce(failure('SERVICE_UNAVAILABLE'));
		const { unsent } = begin();
		unsent.add([KITE]);
		await settle();
		vi.setSystemTime(Date.now() - 3_600_000);
		unsent.add([BOAT]);

		expect(unsent.items.map(({ title }) => title)).toEqual(['Kite', 'Boat']);
	});

	it('wait through maintenance, and say so', async () => {
		create.mockRejectedValueOnce(failure('SERVICE_UNAVAILABLE', 'maintenance.readOnly'));
		const { unsent } = begin();
		unsent.add([KITE]);
		await settle();
		expect(unsent.items[0]?.problem).toBe('Kept here. No.');

		await vi.advanceTimersByTimeAsync(2_000);

		expect([unsent.items.length, create.mock.calls.length]).toEqual([0, 2]);
	});

	it('are sent with the same key again when the answer was lost', async () => {
		create.mockRejectedValueOnce(TRPCClientError.from(new Error('gone')));
		const { unsent, outbox } = begin();
		unsent.add([KITE]);
		await settle();
		expect(outbox.hindrance?.is).toBe('offline');
		await outbox.send();
		await settle();

		const keys = create.mock.calls.map(([input]) => input.clientKey);
		expect(keys).toHaveLength(2);
		expect(new Set(keys).size).toBe(1);
		expect(outbox.hindrance).toBeUndefined();
	});

	it('wait for the person to sign in again, all of them', async () => {
		create.mockRejectedValueOnce(failure('UNAUTHORIZED'));
		const { unsent, outbox } = begin();
		unsent.add([KITE, BOAT]);
		await settle();
		await vi.advanceTimersByTimeAsync(60_000);

		expect(create).toHaveBeenCalledTimes(1);
		expect(outbox.isSignedOut).toBe(true);
		expect(unsent.items.map(({ refused }) => refused)).toEqual([false, false]);
		expect(unsent.items[0]?.problem).toContain('Sign in again to send it');
		void outbox.send();
		await settle();
		expect(unsent.items).toEqual([]);
	});

	it('are tried again when the server breaks, and given up after five more times', async () => {
		for (let time = 0; time < 6; time++) {
			create.mockRejectedValueOnce(failure('INTERNAL_SERVER_ERROR'));
		}
		const { unsent } = begin();
		unsent.add([KITE]);
		await settle();
		expect(unsent.items[0]?.refused).toBe(false);

		await vi.advanceTimersByTimeAsync(120_000);

		expect(create).toHaveBeenCalledTimes(6);
		expect(unsent.items[0]?.refused).toBe(true);
	});

	it('are refused at once when they are at fault, and those behind go on', async () => {
		create.mockRejectedValueOnce(failure('BAD_REQUEST'));
		const { unsent } = begin();
		const refused: Unsent[] = [];
		unsent.onrefused = (one) => refused.push(one);
		unsent.add([KITE, BOAT]);
		await settle();

		expect(unsent.items.map((one) => [one.title, one.refused])).toEqual([['Boat', true]]);
		expect(refused.map(({ title }) => title)).toEqual(['Boat']);
		void unsent.send(unsent.items[0]?.clientKey);
		await settle();
		expect(unsent.items).toEqual([]);
	});

	it('are not refused by a server that is of a newer version: they wait for a reload', async () => {
		create.mockRejectedValueOnce(failure('BAD_REQUEST'));
		const { unsent, outbox } = begin();
		outbox.isOutdated = async () => true;
		unsent.add([KITE]);
		await settle();
		await vi.advanceTimersByTimeAsync(600_000);

		expect(outbox.hindrance?.is).toBe('outdated');
		expect(unsent.items[0]?.refused).toBe(false);
		expect(create).toHaveBeenCalledTimes(1);
	});

	it('are not sent once the page is over, and not before it is opened again', async () => {
		create.mockRejectedValueOnce(failure('SERVICE_UNAVAILABLE'));
		const { unsent, outbox } = begin();
		unsent.add([KITE]);
		await settle();
		outbox.close();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(create).toHaveBeenCalledTimes(1);

		outbox.open('ada');
		await settle();
		expect(unsent.items).toEqual([]);
	});

	it('go out also where the browser’s database never answers', async () => {
		vi.stubGlobal('indexedDB', { open: () => ({}) });
		const { unsent, outbox } = begin();
		unsent.add([KITE]);
		await vi.advanceTimersByTimeAsync(6_000);
		await settle();

		expect(create).toHaveBeenCalledTimes(1);
		expect(outbox.items).toEqual([]);
	});

	it('are in this page only where the browser keeps nothing', async () => {
		create.mockRejectedValueOnce(failure('SERVICE_UNAVAILABLE'));
		const { unsent, outbox } = begin();
		const [one] = unsent.add([KITE]);
		await settle();
		expect([...outbox.unkept]).toEqual([one?.clientKey]);

		await vi.advanceTimersByTimeAsync(2_000);
		expect(outbox.unkept.size).toBe(0);
	});
});

const FIELDS = { title: 'Kite', notes: '', linkUrl: '', linkLabel: '', visibility: 'private' };
const THING = { ...FIELDS, id: 'kite', version: 2, linkUrl: null, linkLabel: null };

const edit = (mine: object, more: Partial<WaitingEdit> = {}): WaitingEdit => ({
	kind: 'edit',
	key: 'kite 1',
	at: 1,
	of: 'idea',
	id: 'kite',
	href: '/ideas/kite',
	title: 'Kite',
	version: 1,
	base: FIELDS,
	mine: { ...FIELDS, ...mine },
	...more
});

describe('an edit that a closed editor has left', () => {
	async function leave(entry: WaitingEdit) {
		const { outbox } = begin();
		outbox.put(entry);
		void outbox.send();
		await settle();
		await settle();
		return outbox;
	}

	it('sends what was changed', async () => {
		update.mockResolvedValueOnce(THING);
		const outbox = await leave(edit({ notes: 'Of paper' }));

		expect(update).toHaveBeenCalledWith({ id: 'kite', version: 1, notes: 'Of paper' });
		expect(outbox.items).toEqual([]);
	});

	it('is known again when it had arrived and the answer was lost', async () => {
		update.mockRejectedValueOnce(failure('CONFLICT'));
		get.mockResolvedValueOnce({ ...THING, notes: 'Of paper' });
		const outbox = await leave(edit({ notes: 'Of paper' }));

		expect(update).toHaveBeenCalledTimes(1);
		expect(outbox.items).toEqual([]);
	});

	it('does not collide with what the same person had sent before', async () => {
		update.mockRejectedValueOnce(failure('CONFLICT')).mockResolvedValueOnce(THING);
		get.mockResolvedValueOnce({ ...THING, notes: 'Of' });
		const outbox = await leave(edit({ notes: 'Of paper' }, { sent: [{ ...FIELDS, notes: 'Of' }] }));

		expect(update).toHaveBeenLastCalledWith({ id: 'kite', version: 2, notes: 'Of paper' });
		expect(outbox.items).toEqual([]);
	});

	it('is laid over what somebody else has changed beside it', async () => {
		update.mockRejectedValueOnce(failure('CONFLICT')).mockResolvedValueOnce(THING);
		get.mockResolvedValueOnce({ ...THING, title: 'A kite' });
		const outbox = await leave(edit({ notes: 'Of paper' }));

		expect(update).toHaveBeenLastCalledWith({ id: 'kite', version: 2, notes: 'Of paper' });
		expect(outbox.items).toEqual([]);
	});

	/** Lets something happen while the next save is on its way, and then fails it. */
	const meanwhile = (happens: () => void, code: ErrorCode) =>
		update.mockImplementationOnce(async () => {
			happens();
			throw failure(code);
		});

	it.each(['BAD_REQUEST', 'CONFLICT'] as const)(
		'that ends in %s does not come over what was written on its way',
		async (code) => {
			const { outbox } = begin();
			meanwhile(() => outbox.put(edit({ notes: 'Of paper and string' }, { at: 2 })), code);
			update.mockRejectedValueOnce(failure('UNAUTHORIZED'));
			get.mockResolvedValueOnce({ ...THING, notes: 'Of silk' });
			outbox.put(edit({ notes: 'Of paper' }));
			void outbox.send();
			await settle();
			await settle();

			expect(outbox.items).toMatchObject([{ mine: { notes: 'Of paper and string' } }]);
			expect(outbox.items[0]?.trouble).toBeUndefined();
		}
	);

	it('that was discarded on its way does not come back', async () => {
		const { outbox } = begin();
		meanwhile(() => outbox.remove('kite 1'), 'BAD_REQUEST');
		outbox.put(edit({ notes: 'Of paper' }));
		void outbox.send();
		await settle();
		await settle();

		expect(update).toHaveBeenCalledTimes(1);
		expect(outbox.items).toEqual([]);
	});

	it('that this release cannot read stays, and says so', async () => {
		const outbox = await leave(edit({}, { mine: { heading: 'Kite' } }));

		expect(outbox.items).toMatchObject([{ mine: { heading: 'Kite' }, trouble: { is: 'refused' } }]);
		expect(update).not.toHaveBeenCalled();
	});

	it('overwrites nothing, and waits for the person to choose', async () => {
		update.mockRejectedValueOnce(failure('CONFLICT'));
		get.mockResolvedValueOnce({ ...THING, notes: 'Of silk' });
		const outbox = await leave(edit({ notes: 'Of paper' }));

		expect(update).toHaveBeenCalledTimes(1);
		expect(outbox.items[0]?.trouble?.is).toBe('conflict');
	});
});
