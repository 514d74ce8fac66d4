import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordDiff } from './word-diff';

const shown = (before: string, after: string) =>
	wordDiff(before, after)
		.map(({ what, text }) =>
			what === 'same' ? text : what === 'gone' ? `[-${text}-]` : `{+${text}+}`
		)
		.join('');

describe('wordDiff', () => {
	test.each([
		['', '', ''],
		['one two', 'one two', 'one two'],
		['one two three', 'one 2 three', 'one [-two-]{+2+} three'],
		['', 'new', '{+new+}'],
		['gone', '', '[-gone-]'],
		['naïve café', 'naïve tea', 'naïve [-café-]{+tea+}'],
		['a\nb', 'a\nx\nb', 'a\n{+x\n+}b']
	])('of %j and %j is %j', (before, after, expected) => {
		expect(shown(before, after)).toBe(expected);
	});

	test('loses nothing of either text', () => {
		const text = fc
			.array(fc.constantFrom('a', 'b', ' ', '\n', '.', 'é', '👩‍👩‍👧'))
			.map((all) => all.join(''));
		fc.assert(
			fc.property(text, text, (before, after) => {
				const diff = wordDiff(before, after);
				const without = (left: string) =>
					diff.flatMap(({ what, text: part }) => (what === left ? [] : [part])).join('');

				expect(without('new')).toBe(before);
				expect(without('gone')).toBe(after);
			})
		);
	});

	test('of two long texts that share nothing ends', () => {
		const [before, after] = ['a b '.repeat(5_000), 'c d '.repeat(5_000)];

		expect(wordDiff(before, after)).toEqual([
			{ what: 'gone', text: before },
			{ what: 'new', text: after }
		]);
	});
});
