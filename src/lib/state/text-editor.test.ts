import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeatureFields } from '$lib/feature-fields';
import type { Feature } from '$lib/features';
import type { IdeaFields } from '$lib/idea-fields';
import type { Idea } from '$lib/ideas';
import { sectionName } from '$lib/texts';
import { titleOf } from '$lib/waiting';

const [update, getIdea, updateFeature, getFeature] = vi.hoisted(() => [
	vi.fn(),
	vi.fn(),
	vi.fn(),
	vi.fn()
]);
vi.mock('$lib/trpc', () => ({
	trpc: {
		ideas: { update: { mutate: update }, get: { query: getIdea } },
		features: { update: { mutate: updateFeature }, get: { query: getFeature } }
	}
}));

import { FEATURE, IDEA } from './editable';
import { outbox } from './outbox.svelte';
import { TextEditor } from './text-editor.svelte';
import { toasts } from './toasts.svelte';

type IdeaEditor = TextEditor<Idea, IdeaFields>;

const editIdea = (): IdeaEditor => new TextEditor(IDEA, { thing: KITE });

const AT = new Date('2026-01-01T00:00:00Z');
const KITE: Idea = {
	id: 'kite',
	title: 'Kite',
	notes: '',
	linkUrl: null,
	linkLabel: null,
	visibility: 'private',
	star: 'none',
	role: 'owner',
	position: 'a',
	tags: [],
	archivedAt: null,
	version: 1,
	done: 0,
	total: 0,
	createdAt: AT,
	updatedAt: AT
};

/** The titles that are kept, each as an editor left it. */
const kept = () => outbox.items.map(titleOf);

/** Lets the next save end when the test says so. */
function holdSave() {
	let resolve: (saved: Idea) => void = () => undefined;
	let reject: (cause: Error) => void = () => undefined;
	const promise = new Promise<Idea>((...ends) => ([resolve, reject] = ends));
	update.mockReturnValueOnce(promise);
	return {
		succeed: (title: string) => resolve({ ...KITE, title, version: 2 }),
		fail: () => reject(TRPCClientError.from(new Error('offline'))),
		refuse: (reason: string) => {
			const data = { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, reason };
			reject(TRPCClientError.from({ error: { code: -32000, message: 'Read-only.', data } }));
		}
	};
}

beforeEach(() => {
	vi.useFakeTimers();
	for (const call of [update, getIdea, updateFeature, getFeature]) call.mockReset();
	for (const { key } of outbox.items) outbox.remove(key);
});

afterEach(() => {
	vi.useRealTimers();
});

function write(editor: IdeaEditor, title: string) {
	editor.fields = { ...editor.fields, title };
	editor.typed();
}

describe('saving', () => {
	it('happens once for two that waited', async () => {
		const editor = editIdea();
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
		expect([editor.state, kept()]).toEqual(['saved', []]);
	});

	it('is not tried again once the editor is closed, and the text stays kept', async () => {
		const editor = editIdea();
		const save = holdSave();
		write(editor, 'Kites');
		void editor.save();
		editor.close();
		save.fail();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(update).toHaveBeenCalledTimes(1);
		expect(kept()).toEqual(['Kites']);
	});

	it('leaves what another editor of the same idea has not saved', async () => {
		const old = editIdea();
		const save = holdSave();
		write(old, 'Kites');
		void old.save();
		old.close();
		write(editIdea(), 'Boats');
		save.succeed('Kites');
		await vi.advanceTimersByTimeAsync(0);
		expect(kept()).toEqual(['Boats']);
	});
});

describe('what another release has left', () => {
	it('stays as it is when this one cannot read it', async () => {
		const left = { kind: 'edit', key: 'kite older', at: 1, of: 'idea', id: 'kite' } as const;
		const unreadable = { title: 'Sails', heading: 'Sails' };
		const kept = { ...left, href: '/ideas/kite', title: 'Sails', version: 1 };
		outbox.put({ ...kept, base: unreadable, mine: unreadable });
		const editor = editIdea();
		editor.open();
		await vi.advanceTimersByTimeAsync(0);
		holdSave().succeed('Kites');
		write(editor, 'Kites');
		await vi.advanceTimersByTimeAsync(2_000);

		expect(editor.state).toBe('saved');
		expect(outbox.items.map(({ key }) => key)).toEqual(['kite older']);
	});
});

describe('what is read', () => {
	it('does not take the place of what was saved since', async () => {
		const editor = editIdea();
		holdSave().succeed('Kites');
		write(editor, 'Kites');
		await vi.advanceTimersByTimeAsync(2_000);

		editor.adopt(KITE);

		expect([editor.fields.title, editor.thing.version]).toEqual(['Kites', 2]);
		editor.adopt({ ...KITE, title: 'Boats', version: 3 });
		expect(editor.fields.title).toBe('Boats');
	});

	it('waits until what the person could not save signed out has been sent', async () => {
		const editor = editIdea();
		const data = { code: 'UNAUTHORIZED', httpStatus: 401 };
		update.mockRejectedValueOnce(
			TRPCClientError.from({ error: { code: -32001, message: 'Signed out.', data } })
		);
		write(editor, 'Kites');
		await vi.advanceTimersByTimeAsync(2_000);
		expect(editor.state).toBe('signedOut');
		holdSave().succeed('Kites');

		await editor.refresh();

		expect([editor.state, kept()]).toEqual(['saved', []]);
		expect(getIdea).not.toHaveBeenCalled();
	});

	it('is asked for again at once after an undo, and says when the idea is gone by it', async () => {
		const editor = editIdea();
		getIdea.mockResolvedValueOnce({ ...KITE, title: 'Boats', version: 2 });
		await editor.refresh();
		expect(editor.fields.title).toBe('Kite');
		await editor.refresh({ force: true });
		expect(editor.fields.title).toBe('Boats');
		const data = { code: 'NOT_FOUND', httpStatus: 404 };
		getIdea.mockRejectedValueOnce(
			TRPCClientError.from({ error: { code: -32004, message: 'No such idea.', data } })
		);

		await editor.refresh({ force: true });

		expect(editor.state).toBe('gone');
	});
});

describe('what was undone on this page while something was being written', () => {
	async function writtenMeanwhile(isUndone: boolean): Promise<string[]> {
		const editor = editIdea();
		write(editor, 'Kites');
		if (isUndone) await editor.refresh({ force: true });
		const data = { code: 'CONFLICT', httpStatus: 409, reason: 'idea.conflict' };
		update.mockRejectedValueOnce(
			TRPCClientError.from({ error: { code: -32000, message: 'Changed elsewhere.', data } })
		);
		getIdea.mockResolvedValueOnce({ ...KITE, visibility: 'public', version: 2 });
		update.mockResolvedValueOnce({ ...KITE, title: 'Kites', visibility: 'public', version: 3 });
		const shown = vi.spyOn(toasts, 'show').mockClear();
		await vi.advanceTimersByTimeAsync(5_000);
		expect(editor.state).toBe('saved');
		return shown.mock.calls.map(([text]) => text);
	}

	it('is no change of somebody else', async () => {
		expect(await writtenMeanwhile(true)).toEqual([]);
	});

	it('is told when somebody else did it', async () => {
		expect(await writtenMeanwhile(false)).toEqual([
			expect.stringContaining('Changed elsewhere, too')
		]);
	});
});

it('withdraws what was offered for its text when it closes, once', () => {
	const withdraw = vi.fn();
	const editor = editIdea();
	editor.untilClosed(withdraw);
	expect(withdraw).not.toHaveBeenCalled();

	editor.close();
	editor.resume();
	editor.close();

	expect(withdraw).toHaveBeenCalledOnce();
});

describe('a save whose answer was lost', () => {
	it('is no change of somebody else: what was typed since is saved on top of it', async () => {
		const editor = editIdea();
		const lost = holdSave();
		write(editor, 'Kites');
		void editor.save();
		write(editor, 'Kites and boats');
		const data = { code: 'CONFLICT', httpStatus: 409, reason: 'idea.conflict' };
		update.mockRejectedValueOnce(
			TRPCClientError.from({ error: { code: -32000, message: 'Changed elsewhere.', data } })
		);
		getIdea.mockResolvedValueOnce({ ...KITE, title: 'Kites', version: 2 });
		lost.fail();
		await vi.advanceTimersByTimeAsync(0);
		update.mockResolvedValueOnce({ ...KITE, title: 'Kites and boats', version: 3 });

		await vi.advanceTimersByTimeAsync(5_000);

		expect(update).toHaveBeenLastCalledWith({ id: 'kite', version: 2, title: 'Kites and boats' });
		expect([editor.state, kept()]).toEqual(['saved', []]);
	});
});

describe('maintenance in the middle of a save', () => {
	it('is no failure: the text stays kept, and goes out when it is over', async () => {
		const editor = editIdea();
		const refused = holdSave();
		write(editor, 'Written in between');
		await vi.advanceTimersByTimeAsync(1_000);
		refused.refuse('maintenance.readOnly');
		await vi.advanceTimersByTimeAsync(0);
		expect([editor.state, editor.message]).toEqual(['paused', 'Read-only.']);
		expect(kept()).toEqual(['Written in between']);

		const saving = holdSave();
		await vi.advanceTimersByTimeAsync(2_000);
		saving.succeed('Written in between');
		await vi.advanceTimersByTimeAsync(0);

		expect(editor.state).toBe('saved');
		expect(kept()).toEqual([]);
	});
});

const section = (id: string, label: string, body: string) => ({ id, label, body });

const WHEEL: Feature = {
	id: 'wheel',
	ideaId: 'kite',
	title: 'Wheel',
	notes: 'round',
	sections: [section('a', 'Parts', 'rim'), section('b', 'Steps', 'cut')],
	visibility: 'inherit',
	star: 'none',
	position: 'a0',
	completedAt: null,
	version: 1,
	createdAt: AT,
	updatedAt: AT
};

/** An editor of the feature, in which this was written, and the server has that by now. */
function meet(mine: Partial<FeatureFields>, theirs: Partial<Feature>) {
	const editor = new TextEditor(FEATURE, { thing: WHEEL });
	const data = { code: 'CONFLICT', httpStatus: 409, reason: 'feature.conflict' };
	updateFeature.mockRejectedValueOnce(
		TRPCClientError.from({ error: { code: -32000, message: 'Changed elsewhere.', data } })
	);
	getFeature.mockResolvedValueOnce({ ...WHEEL, ...theirs, version: 2 });
	updateFeature.mockImplementation((input: Partial<Feature>) =>
		Promise.resolve({ ...WHEEL, ...theirs, ...input, version: 3 })
	);
	editor.fields = { ...editor.fields, ...mine };
	editor.typed();
	return editor;
}

describe('a feature that was changed somewhere else', () => {
	it('keeps what both wrote in different sections, and asks nothing', async () => {
		const editor = meet(
			{ sections: [section('a', 'Parts', 'rim, hub'), section('b', 'Steps', 'cut')] },
			{ sections: [section('a', 'Parts', 'rim'), section('b', 'Steps', 'saw')], title: 'Wheels' }
		);

		await vi.advanceTimersByTimeAsync(2_000);

		expect(editor.state).toBe('saved');
		expect(updateFeature).toHaveBeenLastCalledWith({
			id: 'wheel',
			version: 2,
			sections: [section('a', 'Parts', 'rim, hub'), section('b', 'Steps', 'saw')]
		});
		expect(editor.fields.title).toBe('Wheels');
	});

	it('shows both versions of each text that collides, and sends nothing until the person has chosen', async () => {
		const editor = meet(
			{ notes: 'very round', sections: [section('a', 'Parts', 'hub'), section('b', 'Steps', 'x')] },
			{ notes: 'oval', sections: [section('a', 'Parts', 'spokes'), section('b', 'Steps', 'cut')] }
		);

		await vi.advanceTimersByTimeAsync(60_000);

		expect(editor.state).toBe('conflict');
		expect(updateFeature).toHaveBeenCalledTimes(1);
		expect(editor.conflicts).toEqual([
			{ name: 'notes', label: 'Notes', mine: 'very round', theirs: 'oval', canKeepBoth: true },
			{
				name: sectionName('a'),
				label: 'Section “Parts”',
				mine: 'Parts\nhub',
				theirs: 'Parts\nspokes',
				canKeepBoth: true
			}
		]);
	});

	it('is settled text by text, and what did not collide stays as it was written', async () => {
		const editor = meet(
			{ notes: 'very round', sections: [section('a', 'Parts', 'hub'), section('b', 'Steps', 'x')] },
			{ notes: 'oval', sections: [section('a', 'Parts', 'spokes'), section('b', 'Steps', 'cut')] }
		);
		await vi.advanceTimersByTimeAsync(2_000);

		await editor.settle({ notes: 'theirs', [sectionName('a')]: 'both' });

		expect(updateFeature).toHaveBeenLastCalledWith({
			id: 'wheel',
			version: 2,
			sections: [section('a', 'Parts', 'hub\n\nspokes'), section('b', 'Steps', 'x')]
		});
		expect([editor.state, editor.fields.notes]).toEqual(['saved', 'oval']);
		expect(editor.theirs).toBeUndefined();
	});
});
