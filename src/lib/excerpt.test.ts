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
		['***both*** and snake_case_name, 2 ** 3', 'both and snake_case_name, 2 ** 3'],
		['![](https://x.example/a.png)\nreal words', 'real words'],
		['```js\nconst a = 1;\n```', 'const a = 1;'],
		['**never closed', '**never closed'],
		['x'.repeat(200), `${'x'.repeat(160)}…`]
	])('takes from %j the line %j', (notes, excerpt) => {
		expect(excerptOf(notes)).toBe(excerpt);
	});

	test('is quick, whatever is written', () => {
		for (const mark of ['[', '**', '*a', '_', '`', '![](', '~~x']) {
			expect(excerptOf(`a ${mark.repeat(100_000)}`).length).toBeLessThanOrEqual(161);
		}
	});
});
