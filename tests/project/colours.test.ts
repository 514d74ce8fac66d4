import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A colour that is written down instead of named. */
const LITERAL =
	/#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})\b|\b(?:oklch|oklab|rgba?|hsla?|hwb|lab|lch)\(/i;

/** The colours that stand in a file outside of the tokens. */
function literals(name: string, text: string): string[] {
	const withoutTokens = name.endsWith('.css') ? text.replace(/@theme \{[\s\S]*?\n\}/, '') : text;
	return withoutTokens
		.split('\n')
		.filter((line) => LITERAL.test(line))
		.map((line) => `${name}: ${line.trim()}`);
}

const drawn = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
	/\.(svelte|css)$/.test(name)
);

describe('colours', () => {
	test('are tokens: no page and no style sheet writes one down', () => {
		const found = drawn.flatMap((name) =>
			literals(name, readFileSync(join(root, 'src', name), 'utf8'))
		);

		expect(found).toEqual([]);
	});

	test.each([
		'color: #fff;',
		'class="text-[#d23c1b]"',
		'fill: rgb(0 0 0)',
		'background: oklch(1 0 0)'
	])('would be noticed in %s', (line) => {
		expect(literals('some.svelte', line)).toHaveLength(1);
	});

	test.each(['href="#main"', '{#each rows as row}', '{@render facade()}'])(
		'are not seen in %s',
		(line) => {
			expect(literals('some.svelte', line)).toEqual([]);
		}
	);
});

describe('pictures', () => {
	test('of the landing page are light enough to be looked at on the way', () => {
		const folder = join(root, 'static/pictures');
		for (const name of readdirSync(folder)) {
			expect(statSync(join(folder, name)).size, name).toBeLessThanOrEqual(300_000);
		}
	});

	test('of documents weigh at most 150 kB', () => {
		const folder = join(root, 'docs/images');
		for (const name of readdirSync(folder).filter((one) => one.endsWith('.webp'))) {
			expect(statSync(join(folder, name)).size, name).toBeLessThanOrEqual(150_000);
		}
	});
});
