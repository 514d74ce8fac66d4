import { expect, test } from 'vitest';
import { spansInWords } from './words';

const day = (n: number, ok: number, failed: number) => ({
	...{ from: new Date(Date.UTC(2026, 10, n)), ok, failed }
});

test('what was not tried did not fail', () => {
	const rest = [day(1, 0, 0), day(2, 0, 0)];

	expect(spansInWords(rest, 'day')).toBe('none of 2 days tried');
	expect(spansInWords([...rest, day(3, 4, 0)], 'day')).toBe(
		'1 of 3 days tried, none with a failure'
	);
	expect(spansInWords([...rest, day(3, 4, 0), day(4, 3, 2)], 'day')).toBe(
		'2 of 4 days tried, 1 with a failure; 4 Nov 2026: 2 of 5 failed'
	);
});
