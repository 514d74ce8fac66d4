import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Idea } from '$lib/ideas';

const update = vi.hoisted(() => vi.fn());
vi.mock('$lib/trpc', () => ({ trpc: { ideas: { update: { mutate: update } } } }));

import { IdeaEditor } from './idea-editor.svelte';

const AT = new Date('2026-01-01T00:00:00Z');
const IDEA: Idea = {
	id: 'kite',
	title: 'Kite',
	notes: '',
	linkUrl: null,
	linkLabel: null,
	visibility: 'private',
	star: 'none',
	role: 'owner',
	position: 'a',
	version: 1,
	done: 0,
	total: 0,
	createdAt: AT,
	updatedAt: AT
};

const DRAFT = 'coda-idea:ada:kite';
const kept = new Map<string, string>();

/** Lets the next save end when the test says so. */
function holdSave() {
	let resolve: (saved: Idea) => void = () => undefined;
	let reject: (cause: Error) => void = () => undefined;
	const promise = new Promise<Idea>((...ends) => ([resolve, reject] = ends));
	update.mockReturnValueOnce(promise);
	return {
		succeed: (title: string) => resolve({ ...IDEA, title, version: 2 }),
		fail: () => reject(TRPCClientError.from(new Error('offline'))),
		refuse: (reason: string) => {
			const data = { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, reason };
			reject(TRPCClientError.from({ error: { code: -32000, message: 'Read-only.', data } }));
		}
	};
}

beforeEach(() => {
	vi.useFakeTimers();
	update.mockReset();
	kept.clear();
	vi.stubGlobal('localStorage', {
		getItem: (name: string) => kept.get(name) ?? null,
		setItem: (name: string, value: string) => kept.set(name, value),
		removeItem: (name: string) => kept.delete(name)
	});
});

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

function write(editor: IdeaEditor, title: string) {
	editor.fields = { ...editor.fields, title };
	editor.typed();
}

describe('saving', () => {
	it('happens once for two that waited', async () => {
		const editor = new IdeaEditor(IDEA, 'ada');
		const first = holdSave();
		write(editor, 'Kites');
		const saving = [editor.save()];
		write(editor, 'Kites!');
		const second = holdSave();
		saving.push(editor.save(), editor.save());
		first.succeed('Kites');
		await vi.advanceTimersByTimeAsync(0);
		second.succeed('Kites!');
		await Promise.all(saving);
		expect(update).toHaveBeenCalledTimes(2);
		expect([editor.state, kept.size]).toEqual(['saved', 0]);
	});

	it('is not tried again once the editor is closed, and the text stays kept', async () => {
		const editor = new IdeaEditor(IDEA, 'ada');
		const save = holdSave();
		write(editor, 'Kites');
		void editor.save();
		editor.close();
		save.fail();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(update).toHaveBeenCalledTimes(1);
		expect(kept.get(DRAFT)).toContain('Kites');
	});

	it('leaves a draft that another page has written since', async () => {
		const old = new IdeaEditor(IDEA, 'ada');
		const save = holdSave();
		write(old, 'Kites');
		void old.save();
		old.close();
		write(new IdeaEditor(IDEA, 'ada'), 'Boats');
		save.succeed('Kites');
		await vi.advanceTimersByTimeAsync(0);
		expect(kept.get(DRAFT)).toContain('Boats');
	});
});

describe('maintenance in the middle of a save', () => {
	it('is no failure: the text stays kept, and goes out when it is over', async () => {
		const editor = new IdeaEditor(IDEA, 'ada');
		const refused = holdSave();
		write(editor, 'Written in between');
		await vi.advanceTimersByTimeAsync(1_000);
		refused.refuse('maintenance.readOnly');
		await vi.advanceTimersByTimeAsync(0);
		expect([editor.state, editor.message]).toEqual(['paused', 'Read-only.']);
		expect(kept.get(DRAFT)).toContain('Written in between');

		const saving = holdSave();
		await vi.advanceTimersByTimeAsync(2_000);
		saving.succeed('Written in between');
		await vi.advanceTimersByTimeAsync(0);

		expect(editor.state).toBe('saved');
		expect(kept.has(DRAFT)).toBe(false);
	});
});
