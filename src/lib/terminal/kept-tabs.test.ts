import { beforeEach, expect, test, vi } from 'vitest';
import { keepTabs, keptTabs, MOST_OPEN } from './kept-tabs';

const of = { who: 'ada', runnerId: 'desk', ideaId: 'tide' };
const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
let kept: Map<string, string>;
beforeEach(() => {
	kept = new Map();
	vi.stubGlobal('sessionStorage', {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => kept.set(key, value)
	});
});

test('a terminal that was wished for is kept with its wish and what was said to it, and one that runs without', () => {
	const start = { tmux: true, title: 'Terminal 2', folder: '/home/ada', isChosen: true };

	keepTabs(of, [{ id, start, refused: 'The computer said no.' }, { id }]);

	expect(keptTabs(of)).toEqual([{ id, start, refused: 'The computer said no.' }, { id }]);
	expect(keptTabs({ ...of, ideaId: undefined })).toEqual([]);
	expect(keptTabs({ ...of, who: 'bob' })).toEqual([]);
});

test('what a page of 0.3.0 has kept is read: ids alone', () => {
	keepTabs(of, []);
	for (const key of kept.keys()) kept.set(key, JSON.stringify([id]));

	expect(keptTabs(of)).toEqual([{ id }]);
});

test.each([
	['no list', '{}'],
	['no id', '[{"id":"../.."}]'],
	['a wish of another shape', JSON.stringify([{ id, start: { folder: 7 } }])],
	['more than may be open', JSON.stringify(Array.from({ length: MOST_OPEN + 1 }, () => ({ id })))]
])('what is not of that form is nothing: %s', (_what, text) => {
	keepTabs(of, []);
	for (const key of kept.keys()) kept.set(key, text);

	expect(keptTabs(of)).toEqual([]);
});
