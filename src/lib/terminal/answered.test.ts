import { expect, test } from 'vitest';
import { bytesOf, textOf } from '#protocol/bytes';
import { partsToAnswer } from './answered';

const cut = (answers: Parameters<typeof partsToAnswer>[2]) =>
	partsToAnswer(100, bytesOf('abcdef'), answers).map(({ bytes, end, isAnswered }) => [
		textOf(bytes),
		end,
		isAnswered
	]);

test.each([
	[null, [['abcdef', 106, false]]],
	[{ from: 0 }, [['abcdef', 106, true]]],
	[{ from: 100, to: 106 }, [['abcdef', 106, true]]],
	[{ from: 106 }, [['abcdef', 106, false]]],
	[{ from: 0, to: 100 }, [['abcdef', 106, false]]],
	[
		{ from: 102, to: 105 },
		[
			['ab', 102, false],
			['cde', 105, true],
			['f', 106, false]
		]
	]
])('output is cut where a page begins or ceases to answer: %j', (answers, parts) => {
	expect(cut(answers)).toEqual(parts);
});
