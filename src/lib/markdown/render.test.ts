import { beforeAll, describe, expect, test } from 'vitest';
import { loadRender, type Render } from './render';

let draw: Render;
const render = (text: string) => draw(text, 2);

beforeAll(async () => {
	draw = await loadRender();
});

describe('what Markdown becomes', () => {
	test('lists, code, tables and emphasis', () => {
		const html = render(
			'*a* **b** ~~c~~ `d`\n\n1. one\n\n```JS\nlet x = "<";\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |'
		);

		expect(html).toContain('<em>a</em> <strong>b</strong> <s>c</s> <code>d</code>');
		expect(html).toContain('<ol>');
		expect(html).toContain('<pre tabindex="0"><code class="language-js">let x = "&lt;";');
		expect(html).toContain('<th class="md-right">b</th>');
	});

	test('links that open beside the page and pass nothing on', () => {
		const rel = 'target="_blank" rel="noopener noreferrer nofollow"';

		expect(render('[a](https://example.com "t")')).toContain(
			`<a href="https://example.com" ${rel}>`
		);
		expect(render('see https://example.com/x.')).toContain(`href="https://example.com/x" ${rel}`);
		expect(render('<mailto:ada@example.com>')).toContain('href="mailto:ada@example.com"');
		expect(render('e.g. main.rs and www.example.com')).not.toContain('<a');
	});

	test('a picture from elsewhere is a link to it', () => {
		expect(render('![A kite](https://example.com/kite.png)')).toBe(
			'<p><a href="https://example.com/kite.png" target="_blank" rel="noopener noreferrer nofollow">A kite (picture)</a></p>\n'
		);
	});

	test.each([
		['# one\n## two', ['h2', 'h3']],
		['### three\n# one', ['h2', 'h2']],
		['# one\n#### four\n###### six', ['h2', 'h3', 'h4']]
	])('headings of %j stand below the page’s, without a gap', (text, levels) => {
		expect([...render(text).matchAll(/<(h\d)>/g)].map(([, level]) => level)).toEqual(levels);
	});

	test('tasks are boxes that know their line', () => {
		const html = render('- [ ] first\n- [x] *second*\n  - [X] inner\n- plain [ ]\n\n[ ] no list');

		expect([...html.matchAll(/data-task="(\d+)"( checked)?/g)].map(([all]) => all)).toEqual([
			'data-task="0"',
			'data-task="1" checked',
			'data-task="2" checked'
		]);
		expect(html).toContain('<span><em>second</em></span></label>');
	});
});

describe('hostile text', () => {
	test.each([
		'<script>alert(1)</script>',
		'<img src=x onerror=alert(1)>',
		'<a href="javascript:alert(1)">x</a>',
		'[x](javascript:alert(1))',
		'[x](JaVaScRiPt:alert(1))',
		'[x](java&#115;cript:alert(1))',
		'[x](data:text/html;base64,PHNjcmlwdD4=)',
		'[x](vbscript:x)',
		'[x](//evil.example)',
		'[x](/sign-out)',
		'<javascript:alert(1)>',
		'![x](javascript:alert(1))',
		'![x](data:image/svg+xml,<svg onload=alert(1)>)',
		'[x]: javascript:alert(1)\n\n[x]',
		'```"><script>alert(1)</script>\n```',
		'![" onerror="alert(1)](https://example.com/x.png)',
		'[a](https://example.com/" onmouseover="alert(1))',
		'<style>*{display:none}</style>',
		'<svg><script>alert(1)</script></svg>',
		'- [ ] <input autofocus onfocus=alert(1)>'
	])('%j brings no element and no address of its own', (text) => {
		const html = render(text);
		const inTags = [...html.matchAll(/<[^>]+>/g)].map(([tag]) => tag).join('\n');

		expect(inTags).not.toMatch(/<(script|img|svg|style|iframe|object)|\son\w+\s*=\s*["']?alert/i);
		for (const [, address = ''] of inTags.matchAll(/href="([^"]*)"/g)) {
			expect(address).toMatch(/^(https:\/\/example\.com|mailto:)/);
		}
	});

	test.each(['[', '*', '>', '- ', '`', '![', '_a', '<', '# ', '|', '[a](', '~~', '\\', '&'])(
		'10,000 characters of %j are drawn, and nested no deeper than the limit',
		(piece) => {
			const html = render(piece.repeat(Math.ceil(10_000 / piece.length)).slice(0, 10_000));
			let [depth, deepest] = [0, 0];
			for (const [, close, tag = ''] of html.matchAll(/<(\/?)(\w+)/g)) {
				if (['br', 'hr', 'input'].includes(tag)) continue;
				depth += close ? -1 : 1;
				deepest = Math.max(deepest, depth);
			}

			expect(deepest).toBeLessThanOrEqual(60);
		}
	);
});
