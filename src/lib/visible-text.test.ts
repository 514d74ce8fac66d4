import { expect, test } from 'vitest';
import { visibly } from './visible-text';

test.each([
	['Plain text, even ünïcode ✓', 'Plain text, even ünïcode ✓'],
	['\u001b[31mred', '\\u{1b}[31mred'],
	['a\nb\r', 'a\\u{a}b\\u{d}'],
	['left \u202eright', 'left \\u{202e}right'],
	['\u009b0m\u0000\u2028', '\\u{9b}0m\\u{0}\\u{2028}']
])('%j is shown as %j', (given, shown) => {
	expect(visibly(given)).toBe(shown);
});
