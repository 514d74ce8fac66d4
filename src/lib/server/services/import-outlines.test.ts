import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAs, shapeOf } from '#tests/support/read-files';
import { writeMarkdown } from './export-markdown';
import type { Exported } from './transfer-documents';

const read = (outline: string) => readAs('markdown', outline);

describe('an outline', () => {
	test.each<[string, string, unknown[]]>([
		['a list without a heading', '- Kite\n- Boat\n', ['Kite', 'Boat']],
		['stars and plus signs', '* Kite\n\n+ Boat\n', ['Kite', 'Boat']],
		['an ordered list', '1. Kite\n2) Boat\n10. Clock\n', ['Kite', 'Boat', 'Clock']],
		[
			'a nested list',
			'- Kite\n  - String\n  - Tail\n- Boat\n  - Hull\n',
			[
				['Kite', ['String', 'Tail']],
				['Boat', ['Hull']]
			]
		],
		[
			'a list nested with tabs',
			'- Kite\n\t- String\n- Boat\n\t- Hull\n',
			[
				['Kite', ['String']],
				['Boat', ['Hull']]
			]
		],
		[
			'a list nested with four spaces',
			'1. Kite\n    1. String\n    2. Tail\n2. Boat\n',
			[['Kite', ['String', 'Tail']], 'Boat']
		],
		['a list that is not flush', ' - Kite\n- Boat\n', ['Kite', 'Boat']],
		['headings of the second level only', '## Kite\n\n## Boat\n', ['Kite', 'Boat']],
		[
			'headings within headings',
			'# Kite\n\n## String\n\n## Tail\n\n# Boat\n\n## Hull\n',
			[
				['Kite', ['String', 'Tail']],
				['Boat', ['Hull']]
			]
		],
		[
			'underlined headings',
			'Kite\n====\n\nLight.\n\nString\n------\n\nBoat\n===\n',
			[['Kite', ['String']], 'Boat']
		],
		['a heading and a list', '# Kite\n- String\n- Tail\n', [['Kite', ['String', 'Tail']]]],
		['a line above a list', 'Kite:\n\n- String\n- Tail\n', [['Kite', ['String', 'Tail']]]],
		['lines and nothing else', 'Kite\n  String\n\nBoat\n', [['Kite', ['String']], 'Boat']],
		['lines with dots', '• Kite\n• Boat\n', ['Kite', 'Boat']],
		['line ends of Windows', '# Kite\r\n\r\n- String\r\n', [['Kite', ['String']]]],
		['a mark of the encoding', '\uFEFF# Kite\n', ['Kite']],
		['a list and then headings', '- Kite\n\n# Boat\n- Hull\n', ['Kite', ['Boat', ['Hull']]]],
		['lines across the page', '# Kite\n\n---\n\n# Boat\n\n* * *\n', ['Kite', 'Boat']]
	])('is what a person calls one: %s', async (_, outline, shape) => {
		const { ideas, problems } = await read(outline);

		expect(problems).toEqual([]);
		expect(shapeOf(ideas)).toEqual(shape);
	});

	test('knows what is ticked; an idea that is comes into the archive, and that is said', async () => {
		const { ideas, remarks } = await read(
			'- [ ] Kite\n  - [x] String\n  - [ ] Tail\n  - Bows\n- [X] Boat\n- [ ]\n'
		);

		expect(ideas).toEqual([
			{
				title: 'Kite',
				features: [
					{ title: 'String', star: 'none', completedAt: 'done' },
					{ title: 'Tail', completedAt: null },
					{ title: 'Bows' }
				]
			},
			{ title: 'Boat', archivedAt: 'done', features: [] }
		]);
		expect(remarks).toEqual([{ path: 'line 5', message: expect.stringMatching(/archive/) }]);
	});

	test('keeps what lies deeper, and what stands below a list belongs to the idea', async () => {
		const { ideas } = await read(
			[
				'# Kite',
				'Light.',
				'',
				'- String',
				'  - cotton',
				'    - [x] white',
				'  - **Length**: 30 m',
				'    or more',
				'',
				'Ask Ada.'
			].join('\n')
		);

		expect(ideas).toMatchObject([
			{
				title: 'Kite',
				notes: 'Light.\n\nAsk Ada.',
				features: [
					{
						title: 'String',
						notes: '- cotton\n  - [x] white',
						sections: [{ label: 'Length', body: '30 m\nor more' }]
					}
				]
			}
		]);
	});

	test('has all that stands under a smaller heading in one feature', async () => {
		const { ideas } = await read(
			'# Kite\n\n## String\n\nStrong.\n\n- [ ] buy\n- cut\n\n### Length\n\n30 m\n\n#### Why\n\nWind.\n'
		);

		expect(ideas).toMatchObject([
			{
				features: [
					{
						title: 'String',
						notes: 'Strong.\n\n- [ ] buy\n- cut',
						sections: [{ label: 'Length', body: '30 m\n\n#### Why\n\nWind.' }]
					}
				]
			}
		]);
	});

	test('has no structure between fences, unless they stay open', async () => {
		const { ideas } = await read(
			'# Kite\n\n```sh\n# cut\n- x\n\n```\n\n# Boat\n\n```\n\n# Clock\n'
		);

		expect(shapeOf(ideas)).toEqual(['Kite', 'Boat', 'Clock']);
		expect(ideas[0]?.notes).toBe('```sh\n# cut\n- x\n\n```');
		expect(ideas[1]?.notes).toBe('```');
	});

	test('may have properties on top, which are named and left out', async () => {
		const { ideas, remarks } = await read('---\ntags: [a]\n---\n# Kite\n');

		expect(shapeOf(ideas)).toEqual(['Kite']);
		expect(remarks).toEqual([{ path: 'line 1', message: expect.stringMatching(/3 lines/) }]);
	});

	test('of lines alone says how it is taken', async () => {
		const { remarks } = await read('Kite\nBoat\n');

		expect(remarks).toEqual([
			{ path: 'line 1', message: expect.stringMatching(/each line is an idea/) }
		]);
	});

	test('with a text that is too long for a title has the whole of it in the notes', async () => {
		const long = 'word '.repeat(80).trim();

		const { ideas, remarks, problems } = await read(`- ${long}\n  Soon.\n`);

		expect(problems).toEqual([]);
		expect(String(ideas[0]?.title)).toMatch(/^word .*…$/);
		expect(ideas[0]?.notes).toBe(`${long}\n\nSoon.`);
		expect(remarks).toEqual([{ path: 'line 1', message: expect.stringMatching(/255/) }]);
	});

	test('with too much in it is refused by its line and the rule', async () => {
		const { problems } = await read(`# Boat\n\n# Kite\n\n${'word '.repeat(2_500)}\n`);

		expect(problems).toEqual([
			{ path: 'line 3, notes', message: expect.stringMatching(/10,000 characters/) }
		]);
	});

	test('without an end is not gathered to its end', async () => {
		const { problems } = await readAs('markdown', `# Kite\n\n${'word\n'.repeat(300_000)}`);

		expect(problems).toEqual([{ path: 'line 1', message: 'There is too much text here.' }]);
	});

	test('of an export comes back with its texts, whatever they look like', async () => {
		const line = fc
			.array(
				fc.constantFrom(
					...['# ', '- ', '1. ', '1\\. ', '===', '---', '```', '~~~', '> ', '\\', '  ', '\t', '*'],
					...['[ ] ', '**', 'a', 'b c', '<https://a.b/>', ':', '+ ', '7) ', '|', '***', '• ']
				),
				{ maxLength: 3 }
			)
			.map((parts) => parts.join(''));
		// Empty lines around a text are not kept.
		const text = fc
			.array(line, { maxLength: 6 })
			.map((lines) => lines.join('\n').replace(/^\n+|\n+$/g, ''));
		const part = fc.record({ title: fc.constant('Same'), notes: text });
		const section = fc.record({ label: fc.constantFrom('', 'How', '*a\\'), body: text });

		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(part, fc.array(fc.tuple(part, fc.array(section, { maxLength: 2 })))), {
					minLength: 1,
					maxLength: 4
				}),
				async (plan) => {
					const file = await outlineOf(plan);

					const { ideas, problems } = await read(file);

					expect(problems).toEqual([]);
					expect(
						ideas.map(({ title, notes = '', features }) => [
							{ title, notes },
							features.map(({ title, notes = '', sections = [] }) => [
								{ title, notes },
								(sections as object[]).map((one) => ({ ...one, id: undefined }))
							])
						])
					).toEqual(
						plan.map(([idea, features]) => [
							idea,
							features.map(([feature, sections]) => [
								feature,
								sections.map((one) => ({ ...one, id: undefined }))
							])
						])
					);
				}
			),
			{ numRuns: 300 }
		);
	});
});

type Text = { title: string; notes: string };

async function outlineOf(plan: [Text, [Text, { label: string; body: string }[]][]][]) {
	async function* parts() {
		for (const [idea, features] of plan) {
			yield { kind: 'idea', idea: { ...idea, linkUrl: null } } as Exported;
			for (const [feature, sections] of features) {
				yield { kind: 'feature', feature: { ...feature, sections } } as Exported;
			}
		}
	}
	let file = '';
	for await (const piece of writeMarkdown(parts())) file += piece;
	return file;
}
