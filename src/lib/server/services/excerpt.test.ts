import { describe, expect, test } from 'vitest';
import { excerptOf } from './excerpt';

describe('excerptOf', () => {
	test.each([
		['', ''],
		['\n\n# A plan\nmore', 'A plan'],
		['- [ ] Buy cards', 'Buy cards'],
		['***\n> Quoted', 'Quoted'],
		['Light paper, **a long _tail_**, `glue`.', 'Light paper, a long tail, glue.'],
		['See [the map](https://maps.example) and ![a kite](k.png)', 'See the map and a kite'],
		['2 * 3 is `6 * 1`, \\*really\\*', '2 * 3 is 6 * 1, *really*'],
		['<b>bold</b> &amp; snake_case_name', '<b>bold</b> & snake_case_name'],
		['x'.repeat(200), `${'x'.repeat(160)}…`]
	])('takes from %j the line %j', (notes, excerpt) => {
		expect(excerptOf(notes)).toBe(excerpt);
	});
});
