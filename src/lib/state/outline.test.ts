import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OutlineFeature } from '$lib/features';

const features = vi.hoisted(() => {
	const call = () => vi.fn();
	return {
		list: { query: call() },
		completeMany: { mutate: call() },
		deleteMany: { mutate: call() },
		star: { mutate: call() },
		starMany: { mutate: call() },
		move: { mutate: call() }
	};
});
const redeem = vi.hoisted(() => vi.fn());
vi.mock('$lib/trpc', () => ({ trpc: { features, undo: { redeem: { mutate: redeem } } } }));

import { Outline, type OutlineRow } from './outline.svelte';
import { toasts } from './toasts.svelte';
import { undoStack } from './undo.svelte';

const AT = new Date('2026-01-01T00:00:00Z');
const line = (id: string, given: Partial<OutlineFeature> = {}): OutlineFeature => ({
	id,
	ideaId: 'kite',
	title: id.toUpperCase(),
	excerpt: '',
	details: 0,
	visibility: 'inherit',
	star: 'none',
	position: id,
	completedAt: null,
	version: 1,
	createdAt: AT,
	updatedAt: AT,
	...given
});

const PLAN = [line('a', { star: 'super' }), line('b'), line('c')];

const open = (outline: Outline) => outline.open.map(({ id }) => id).join('');
const done = (outline: Outline) => outline.done.map(({ id }) => id).join('');

function row(outline: Outline, id: string): OutlineRow {
	const found = outline.find(id);
	if (!found) throw new Error(`No line ${id}.`);
	return found;
}

const offline = () => TRPCClientError.from(new Error('offline'));

const refused = () => {
	const data = { code: 'NOT_FOUND', httpStatus: 404, reason: 'feature.notFound' };
	return TRPCClientError.from({ error: { code: -32004, message: 'No such feature.', data } });
};

let outline: Outline;
let stop: () => void;

beforeEach(() => {
	outline = new Outline('kite', PLAN);
	stop = undoStack.follow({ id: 'kite', undone: (entry) => void outline.undone(entry) });
});

afterEach(() => {
	stop();
	for (const { id } of toasts.items) toasts.dismiss(id);
	vi.resetAllMocks();
});

describe('an act', () => {
	it('shows at once, and stays when the server agrees', async () => {
		const answered = [{ id: 'a', star: 'none', completedAt: AT }];
		features.completeMany.mutate.mockResolvedValue({ undoToken: 't', features: answered });

		const completing = outline.complete([row(outline, 'a')]);

		expect([open(outline), done(outline)]).toEqual(['bc', 'a']);
		await completing;
		expect(row(outline, 'a')).toMatchObject({ star: 'none', completedAt: AT });
	});

	it('is taken away when it did not arrive, with a sentence and another try', async () => {
		features.deleteMany.mutate.mockRejectedValueOnce(offline());

		await outline.remove([row(outline, 'b')]);

		expect(open(outline)).toBe('abc');
		expect(toasts.items.map(({ text, action }) => [text, action?.label])).toEqual([
			['Couldn’t move “B” to the Trash. You are offline, or Coda cannot be reached.', 'Try again']
		]);
	});

	it('that the server refuses shows what the server has', async () => {
		features.deleteMany.mutate.mockRejectedValueOnce(refused());
		features.list.query.mockResolvedValue([line('a'), line('c')]);

		await outline.remove([row(outline, 'b')]);

		await vi.waitFor(() => expect(open(outline)).toBe('ac'));
	});

	it('is sent after the one before it, also when that one fails', async () => {
		const order: string[] = [];
		features.move.mutate.mockImplementation(async ({ id }: { id: string }) => {
			order.push(`${id} begins`);
			await Promise.resolve();
			order.push(`${id} ends`);
			if (id === 'a') throw refused();
			return { undoToken: id };
		});
		features.list.query.mockResolvedValue(PLAN);

		outline.move(row(outline, 'a'), 'down');
		outline.move(row(outline, 'c'), 'up');

		await vi.waitFor(() => expect(order).toHaveLength(4));
		expect(order).toEqual(['a begins', 'a ends', 'c begins', 'c ends']);
		expect(features.move.mutate).toHaveBeenLastCalledWith({ id: 'c', before: 'a' });
	});

	it('of which the stars are all given shows what comes after them', async () => {
		outline.adopt([...PLAN, line('d', { star: 'super' }), line('e', { star: 'super' })]);
		outline.adopt(outline.open.map((one) => (one.id === 'b' ? { ...one, star: 'star' } : one)));
		features.star.mutate.mockResolvedValue({
			id: 'b',
			star: 'none',
			completedAt: null,
			undoToken: 't',
			notice: 'feature.superFull'
		});

		const starring = outline.star(row(outline, 'b'));

		expect(row(outline, 'b').star).toBe('none');
		await starring;
		expect(toasts.items.at(-1)?.text).toMatch(/already has 3 super-stars/);
	});
});

describe('several stars', () => {
	it('are given to those without one that are not done, in one step that undo takes back', async () => {
		outline.adopt([...PLAN, line('d', { completedAt: AT })]);
		features.list.query.mockResolvedValue(outline.open);
		features.starMany.mutate.mockResolvedValue({ undoToken: 't', features: [] });

		const starring = outline.starMany([...outline.open, ...outline.done]);

		expect(outline.open.map(({ star }) => star)).toEqual(['super', 'star', 'star']);
		expect(row(outline, 'd').star).toBe('none');
		await starring;
		const sent = { ideaId: 'kite', ids: ['b', 'c'], star: 'star' };
		expect(features.starMany.mutate).toHaveBeenCalledExactlyOnceWith(sent);

		redeem.mockResolvedValue({ kind: 'feature.star', ideaIds: ['kite'] });
		await undoStack.run();
		expect(outline.open.map(({ star }) => star)).toEqual(['super', 'none', 'none']);
	});

	it('are taken from all when each has one, and what is done gets none', async () => {
		features.starMany.mutate.mockResolvedValue({ undoToken: 't', features: [] });

		await outline.starMany([row(outline, 'a')]);
		expect(row(outline, 'a').star).toBe('none');

		outline.adopt([line('d', { completedAt: AT })]);
		await outline.starMany(outline.done);
		expect(features.starMany.mutate).toHaveBeenCalledOnce();
	});
});

describe('undo', () => {
	it('brings lines back to where they stood before the server has said so, and then what it has', async () => {
		features.deleteMany.mutate.mockResolvedValue({ undoToken: 't' });
		await outline.remove([row(outline, 'a'), row(outline, 'b')]);
		let answer: (value: unknown) => void = () => undefined;
		redeem.mockReturnValue(new Promise((resolve) => (answer = resolve)));
		features.list.query.mockResolvedValue([line('a', { star: 'star' }), line('b'), line('c')]);

		const undoing = undoStack.run();

		expect([open(outline), row(outline, 'a').star]).toEqual(['abc', 'super']);
		answer({ kind: 'feature.delete', ideaIds: ['kite'], featureIds: ['a', 'b'] });
		await undoing;
		await vi.waitFor(() => expect(row(outline, 'a').star).toBe('star'));
		expect(open(outline)).toBe('abc');
	});

	it('is heard of where the idea is that something came back to', async () => {
		features.list.query.mockResolvedValue(PLAN);
		const undone = vi.fn();
		const stopHearing = undoStack.follow({ id: 'kite', undone });
		const entry = { ids: ['wheel'], token: 't', undone: 'It is what it was.' };
		undoStack.push({ kind: 'convert.featureToIdea', ...entry });
		redeem.mockResolvedValue({ kind: 'convert.featureToIdea', ideaIds: ['kite'] });

		await undoStack.run();

		expect(undone).toHaveBeenCalledOnce();
		stopHearing();
	});

	it('that is refused leaves everything as it was', async () => {
		features.move.mutate.mockResolvedValue({ undoToken: 't' });
		outline.move(row(outline, 'c'), 'top');
		await vi.waitFor(() => expect(features.move.mutate).toHaveBeenCalled());
		redeem.mockRejectedValueOnce(refused());

		await undoStack.run();

		expect(open(outline)).toBe('cab');
	});
});

describe('moving', () => {
	it('says where the line stands now', () => {
		features.move.mutate.mockResolvedValue({});

		expect(outline.move(row(outline, 'a'), 'bottom')).toBe(true);

		expect([open(outline), outline.said]).toEqual(['bca', 'A: 3 of 3.']);
	});

	it('goes nowhere beyond the ends', () => {
		expect(outline.move(row(outline, 'a'), 'up')).toBe(false);

		expect(features.move.mutate).not.toHaveBeenCalled();
	});
});
