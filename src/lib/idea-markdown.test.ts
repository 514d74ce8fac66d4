import { describe, expect, test } from 'vitest';
import { escapedLine, featureAsMarkdown, ideaAsMarkdown, sectionAsMarkdown } from './idea-markdown';

const feature = { title: 'Wings', notes: '', sections: [], completedAt: null };

describe('ideaAsMarkdown', () => {
	test('writes an idea with its link, its features and their sections', () => {
		const text = ideaAsMarkdown(
			{
				title: 'A kite',
				notes: 'Light paper.\n',
				linkUrl: 'https://example.com/kite',
				linkLabel: 'Plans'
			},
			[
				{
					...feature,
					notes: 'Two of them.',
					sections: [{ label: 'Paper', body: '- thin\n- red' }]
				},
				{ ...feature, title: 'Tail', completedAt: new Date() }
			]
		);

		expect(text).toBe(
			`# A kite

Light paper.

Link: [Plans](<https://example.com/kite>)

## Wings

Two of them.

### Paper

- thin
- red

## [x] Tail
`
		);
	});

	test('leaves out what an idea does not have', () => {
		expect(ideaAsMarkdown({ title: 'A kite', notes: '', linkUrl: null })).toBe('# A kite\n');
	});

	test('moves headings inside a text below its own heading, and not those in code', () => {
		const notes = '# Why\n\nUnderlined\n---\n\n```sh\n# not a heading\n```\n\n##### Deep';

		const text = featureAsMarkdown({ ...feature, notes }, 2);

		expect(text).toBe(
			'## Wings\n\n### Why\n\n#### Underlined\n\n```sh\n# not a heading\n```\n\n###### Deep\n'
		);
	});

	test('closes a code block that was never closed, so that the next feature is not swallowed', () => {
		const text = ideaAsMarkdown({ title: 'A kite', notes: '~~~~\nopen' }, [feature]);

		expect(text).toBe('# A kite\n\n~~~~\nopen\n~~~~\n\n## Wings\n');
	});

	test('keeps rules, and lists that stand above a rule', () => {
		expect(sectionAsMarkdown({ label: 'Paper', body: '- thin\n---\n\n---\nred' })).toBe(
			'# Paper\n\n- thin\n---\n\n---\nred\n'
		);
	});
});

describe('escapedLine', () => {
	test.each([
		['plain words, nothing else', 'plain words, nothing else'],
		['*very* <b>bold</b>', '\\*very\\* \\<b\\>bold\\</b\\>'],
		['snake_case and _this_', 'snake_case and \\_this\\_'],
		['# first, C# in the middle', '\\# first, C# in the middle'],
		['[x] | `code` ~~gone~~', '\\[x\\] \\| \\`code\\` \\~\\~gone\\~\\~']
	])('writes %j as %j', (line, escaped) => {
		expect(escapedLine(line)).toBe(escaped);
	});
});
