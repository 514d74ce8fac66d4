import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WaitingEdit } from '$lib/waiting';

const update = vi.hoisted(() => vi.fn());
vi.mock('$lib/trpc', () => ({ trpc: { ideas: { update: { mutate: update } } } }));

import { IDEA } from './editable';
import { KeptEdit } from './kept-edit';
import { Outbox, outbox as shared } from './outbox.svelte';
import { TextEditor } from './text-editor.svelte';

const FIELDS = { title: 'Kite', notes: '', linkUrl: '', linkLabel: '', visibility: 'private' };
const THING = { ...FIELDS, id: 'kite', version: 2, linkUrl: null, linkLabel: null };

const edit = (mine: object): WaitingEdit => ({
	kind: 'edit',
	key: 'kite 1',
	at: 1,
	of: 'idea',
	id: 'kite',
	href: '/ideas/kite',
	title: 'Kite',
	version: 1,
	base: FIELDS,
	mine: { ...FIELDS, ...mine }
});

const opened: Outbox[] = [];

const isAny = (value: unknown): value is object => typeof value === 'object';

/** Locks as a browser has them, for all tabs of a test. */
function locksOfTabs() {
	const held = new Set<string>();
	type Run = (lock: { name: string } | null) => Promise<void> | undefined;
	return {
		async request(name: string, ...[options, given]: [Run] | [{ ifAvailable: true }, Run]) {
			const run = given ?? (options as Run);
			if (given && held.has(name)) return run(null);
			held.add(name);
			await Promise.resolve(run({ name })).finally(() => held.delete(name));
		},
		query: async () => ({ held: [...held].map((name) => ({ name })), pending: [] })
	};
}

const settle = async () => {
	await vi.dynamicImportSettled();
	await vi.advanceTimersByTimeAsync(0);
};

beforeEach(() => {
	vi.useFakeTimers();
	update.mockReset();
	vi.stubGlobal('BroadcastChannel', undefined);
	vi.stubGlobal('navigator', { locks: locksOfTabs() });
});

afterEach(() => {
	for (const outbox of opened.splice(0)) outbox.close();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

describe('what an open editor takes up', () => {
	it('is its own to send, also when the editor began before the rest of the page', async () => {
		const outbox = new Outbox();
		opened.push(outbox);
		const kept = new KeptEdit({ of: 'idea', id: 'kite', href: '/ideas/kite' }, outbox);
		const taking = kept.take(isAny);
		await settle();
		outbox.put(edit({ notes: 'Red.' }));
		outbox.open('ada');
		await settle();

		expect(await taking).toMatchObject({ mine: { notes: 'Red.' } });
		expect(update).not.toHaveBeenCalled();
	});

	it('is one tab’s, whoever asks first', async () => {
		const tabs = [new Outbox(), new Outbox()].map((outbox) => {
			opened.push(outbox);
			outbox.put(edit({ notes: 'Red.' }));
			outbox.open('ada');
			return new KeptEdit({ of: 'idea', id: 'kite', href: '/ideas/kite' }, outbox);
		});
		const taken = await Promise.all(tabs.map((kept) => kept.take(isAny)));

		expect(taken.filter(Boolean)).toHaveLength(1);
	});

	it('says what another tab may have sent of it', async () => {
		const outbox = new Outbox();
		opened.push(outbox);
		outbox.put(edit({ notes: 'Red.' }));
		const kept = new KeptEdit({ of: 'idea', id: 'kite', href: '/ideas/kite' }, outbox);
		const taking = kept.take(isAny);
		outbox.open('ada');

		expect((await taking)?.sent).toEqual([{ ...FIELDS, notes: 'Red.' }]);
		expect(outbox.items.map(({ key }) => key)).not.toEqual(['kite 1']);
		expect(outbox.items).toHaveLength(1);
	});

	it('is sent by the outbox when the page is left before it has come', async () => {
		update.mockResolvedValue(THING);
		shared.put(edit({ notes: 'Red.' }));
		const editor = new TextEditor(IDEA, { thing: THING as never });
		editor.open();
		shared.open('ada');
		editor.close();
		await settle();
		await vi.advanceTimersByTimeAsync(1_000);
		await settle();

		expect(update).toHaveBeenCalledTimes(1);
		expect(shared.items).toEqual([]);
		shared.close();
	});
});
