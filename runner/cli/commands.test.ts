import { expect, test } from 'vitest';
import { bugLines } from './bug-lines.ts';
import { printable } from './commands.ts';

test.each([
	['a line end', 'Build\nOnline.', 'Build Online.'],
	['the line ends of others', 'Build\r\n\u2028\u2029\u0085\u000bOnline.', 'Build Online.'],
	[
		'what clears the screen, or sets its title',
		'a\u001b[2J\u001b]0;b\u0007c\u009b2J',
		'a[2J]0;bc2J'
	],
	['what turns the order of letters', 'a\u202eb\u2066c\u200fd\u061c', 'abcd'],
	['what is not seen', 'a\u200bb\u00adc\ufeff', 'abc']
])('a name from elsewhere does nothing to the window: %s', (_what, name, shown) => {
	expect(printable(`Terminal "${name}"`)).toBe(`Terminal "${shown}"`);
});

test('a mistake is set in, whatever its words are', () => {
	const lines = bugLines(new Error('broken\nOnline. Stop with Ctrl-C.'));

	expect(lines.length).toBeGreaterThan(2);
	for (const line of lines) expect(line).toMatch(/^ {2}/);
});
