import { describe, expect, test } from 'vitest';
import { readAs, shapeOf } from '#tests/support/read-files';

const read = (table: string | Uint8Array) => readAs('csv', table);

describe('a table of another program', () => {
	test('Trello', async () => {
		const { ideas, remarks, problems } = await read(
			[
				'\uFEFF"Card ID","Card Name","Card URL","Card Description","Labels","Members","Due Date","Last Activity Date","List Name","Archived","Due Complete"',
				'"5f1","Kite","https://trello.com/c/a","Light, and\nstrong","Garden (green),Big idea (red)","ada","","2026-01-02T03:04:05.678Z","To do","false",""',
				'"5f2","Boat","https://trello.com/c/b","","","","2026-02-01T00:00:00.000Z","2026-01-03T00:00:00.000Z","Done","true","true"'
			].join('\r\n')
		);

		expect(problems).toEqual([]);
		expect(ideas).toMatchObject([
			{
				title: 'Kite',
				notes: 'Light, and\nstrong',
				linkUrl: 'https://trello.com/c/a',
				tags: ['big-idea', 'garden'],
				archivedAt: null
			},
			{ title: 'Boat', archivedAt: 'done' }
		]);
		expect(remarks).toEqual([
			{
				path: 'line 1',
				message: 'These columns are left out: “Card ID”, “Members”, “Due Date”, “List Name”.'
			},
			{ path: 'line 3', message: expect.stringMatching(/“Big idea” comes as “big-idea”/) }
		]);
	});

	test('Todoist', async () => {
		const { ideas, remarks, problems } = await read(
			[
				'TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,DATE',
				'meta,view_style=list,,,,,',
				'section,In the garden,,,,,',
				'task,Kite,Light,4,1,Ada (1),every day',
				'note,Ask Bob,,,,Ada (1),',
				'task,String,,4,2,Ada (1),',
				'task,Cotton,,4,3,Ada (1),',
				'task,Boat,,1,1,Ada (1),'
			].join('\n')
		);

		expect(problems).toEqual([]);
		expect(shapeOf(ideas)).toEqual([['Kite', ['String', 'Cotton']], 'Boat']);
		expect(ideas[0]).toMatchObject({ notes: 'Light\n\nAsk Bob', tags: ['in-the-garden'] });
		expect(remarks.map(({ message }) => message)).toEqual([
			'These columns are left out: “AUTHOR”, “DATE”.',
			'Lines of the kind “meta” are left out.',
			'The section “In the garden” becomes the tag “in-the-garden”.',
			'“4” under “Star” is not understood, and left out.',
			'What lies deeper than features are features, too.',
			'“1” under “Star” is not understood, and left out.'
		]);
		expect(remarks[3]?.path).toBe('line 4 and 2 other places');
	});

	test('Notion', async () => {
		const { ideas, problems } = await read(
			'Name,Status,Tags,Created time,Last edited time\nKite,In progress,"home, wind","January 3, 2026 4:05 PM","Jan 4, 2026 9:00 AM"\n,Done,,,\n'
		);

		expect(problems).toEqual([]);
		expect(ideas).toEqual([
			{ title: 'Kite', tags: ['home', 'wind'], features: [] },
			{ title: 'Untitled', archivedAt: 'done', tags: [], features: [] }
		]);
	});

	test('Linear', async () => {
		const { ideas, remarks, problems } = await read(
			[
				'"ID","Team","Title","Description","Status","Priority","Labels","Created","Completed","Canceled","Archived","Parent issue"',
				'"ENG-1","Eng","Kite","","In Review","High","","2026-01-02T03:04:05.678Z","","","",""',
				'"ENG-2","Eng","Boat","","Done","No priority","","2026-01-02T03:04:05.678Z","2026-01-05T00:00:00.000Z","","","ENG-1"'
			].join('\n')
		);

		expect(problems).toEqual([]);
		expect(ideas).toEqual([
			{ title: 'Kite', notes: '', star: 'star', tags: [], archivedAt: null, features: [] },
			{
				title: 'Boat',
				notes: '',
				star: 'none',
				tags: [],
				archivedAt: '2026-01-05T00:00:00.000Z',
				features: []
			}
		]);
		expect(remarks.map(({ message }) => message)).toEqual([
			'These columns are left out: “Team”, “Parent issue”.',
			'“Id” is left out. This must be a UUID.',
			'Only features can be done. Ideas that are done come into the archive.'
		]);
	});

	test('GitHub issues', async () => {
		const { ideas, remarks, problems } = await read(
			'number,title,body,state,labels,html_url,created_at,closed_at\n7,Kite,"It flies\r\nhigh",open,bug;good first issue,https://github.com/a/b/issues/7,2026-01-02T03:04:05Z,\n8,Boat,,closed,,https://github.com/a/b/issues/8,2026-01-02T03:04:05Z,2026-01-05T00:00:00Z\n'
		);

		expect(problems).toEqual([]);
		expect(ideas).toMatchObject([
			{ title: 'Kite', notes: 'It flies\nhigh', tags: ['bug', 'good-first-issue'] },
			{ title: 'Boat', archivedAt: '2026-01-05T00:00:00.000Z' }
		]);
		expect(remarks[0]?.message).toBe('This column is left out: “number”.');
	});

	test.each([
		['a first line of Excel', 'sep=;\r\nTitle;Notes\r\nKite;a, b\r\n'],
		['semicolons and line ends of Windows', '\uFEFFTitle;Notes\r\nKite;a, b\r\n'],
		['line ends of old computers', 'Title,Notes\rKite,"a, b"\r'],
		['lines that are empty but for signs', 'Title,Notes\n,\nKite,"a, b"\n , \n']
	])('may be written with %s', async (_, table) => {
		const { ideas, problems } = await read(table);

		expect(problems).toEqual([]);
		expect(ideas).toEqual([{ title: 'Kite', notes: 'a, b', features: [] }]);
	});

	test('has what is not understood left out by name, and is taken all the same', async () => {
		const { ideas, remarks, problems } = await read(
			'Title,Link,Visibility,Created,Status,Summary\nKite,Main Street 7,friends,03/04/2026,Someday,Other\n'
		);

		expect(problems).toEqual([]);
		expect(ideas).toEqual([{ title: 'Kite', features: [] }]);
		expect(remarks.map(({ message }) => message)).toEqual([
			'This column is left out: “Summary”.',
			'“Someday” under “Done” is not understood, and left out.',
			'“03/04/2026” under “Created” is not understood, and left out.',
			expect.stringMatching(/^“Link” is left out\. .*http/),
			expect.stringMatching(/^“Visibility” is left out\./)
		]);
	});

	test('that is no table says what it lacks', async () => {
		expect((await read('Colour;Size\nred;1\n')).problems).toEqual([
			{ path: 'line 1', message: expect.stringMatching(/“Title”/) }
		]);
	});

	test('says of a text that is too long where it is, and the rule', async () => {
		const { problems } = await read(`Title,Notes\nKite,\nBoat,${'x'.repeat(10_001)}\n`);

		expect(problems).toEqual([
			{ path: 'line 3, notes', message: expect.stringMatching(/10,000 characters/) }
		]);
	});
});

describe('a file of ours', () => {
	test('that says more than is known here has that named', async () => {
		const { ideas, remarks } = await readAs(
			'json',
			'{"ideas":[{"idea":{"title":"Kite","due":"soon"},"features":[{"title":"String","due":1}]}],"owner":"Ada"}'
		);

		expect(shapeOf(ideas)).toEqual([['Kite', ['String']]]);
		expect(remarks).toEqual([
			{
				path: 'ideas[0].idea and 1 other place',
				message: '“due” means nothing here, and is left out.'
			},
			{ path: '', message: '“owner” means nothing here, and is left out.' }
		]);
	});
});
