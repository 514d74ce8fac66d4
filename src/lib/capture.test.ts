import { describe, expect, test } from 'vitest';
import { captureAsOne, lineOf, linesOf, parseCapture, typedAgain } from './capture';

const nothingElse = { notes: '', star: 'none', linkUrl: null };

describe('a line', () => {
	test.each([
		['Build a kite', { title: 'Build a kite' }],
		['  Build a kite  ', { title: 'Build a kite' }],
		['', { title: '' }],
		['Build a kite -- from old maps', { title: 'Build a kite', notes: 'from old maps' }],
		['One -- two -- three', { title: 'One', notes: 'two -- three' }],
		['Build a kite *', { title: 'Build a kite', star: 'star' }],
		['Build a kite **', { title: 'Build a kite', star: 'super' }],
		['Kite https://kites.example/a?b=1', { title: 'Kite', linkUrl: 'https://kites.example/a?b=1' }],
		['Kite HTTP://KITES.example', { title: 'Kite', linkUrl: 'HTTP://KITES.example' }],
		[
			'Kite -- old maps * https://kites.example',
			{ title: 'Kite', notes: 'old maps', star: 'star', linkUrl: 'https://kites.example' }
		],
		[
			'Kite -- old maps https://kites.example **',
			{ title: 'Kite', notes: 'old maps', star: 'super', linkUrl: 'https://kites.example' }
		],
		['Kite -- *', { title: 'Kite', star: 'star' }],
		['Kite\t--\tmaps', { title: 'Kite', notes: 'maps' }]
	])('%j', (line, expected) => {
		expect(parseCapture(line)).toEqual({ ...nothingElse, ...expected });
	});
});

describe('marks count only as last words', () => {
	test.each([
		['2 * 3 is six', { title: '2 * 3 is six' }],
		['* first', { title: '* first' }],
		['Kite * -- maps', { title: 'Kite *', notes: 'maps' }],
		['See https://a.example first', { title: 'See https://a.example first' }],
		['Kite***', { title: 'Kite***' }],
		['Kite ***', { title: 'Kite ***' }],
		['Kite*', { title: 'Kite*' }]
	])('%j', (line, expected) => {
		expect(parseCapture(line)).toEqual({ ...nothingElse, ...expected });
	});
});

describe('each mark counts once', () => {
	test.each([
		['Kite * *', { title: 'Kite *', star: 'star' }],
		['Kite * **', { title: 'Kite *', star: 'super' }],
		[
			'Kite https://a.example https://b.example',
			{ title: 'Kite https://a.example', linkUrl: 'https://b.example' }
		],
		[
			'Kite https://a.example * https://b.example',
			{ title: 'Kite https://a.example', star: 'star', linkUrl: 'https://b.example' }
		]
	])('%j', (line, expected) => {
		expect(parseCapture(line)).toEqual({ ...nothingElse, ...expected });
	});
});

describe('a backslash makes plain text', () => {
	test.each([
		['Kite \\*', { title: 'Kite *' }],
		['Kite \\**', { title: 'Kite **' }],
		['Kite \\-- maps', { title: 'Kite -- maps' }],
		['Kite \\-- maps -- and string', { title: 'Kite -- maps', notes: 'and string' }],
		['Kite \\https://a.example', { title: 'Kite https://a.example' }],
		['Kite \\\\', { title: 'Kite \\' }],
		['Kite \\\\*', { title: 'Kite \\*' }],
		['Kite \\* *', { title: 'Kite *', star: 'star' }],
		['C:\\kites\\*', { title: 'C:\\kites\\*' }],
		['\\\\server\\share', { title: '\\\\server\\share' }]
	])('%j', (line, expected) => {
		expect(parseCapture(line)).toEqual({ ...nothingElse, ...expected });
	});
});

describe('there is always a title', () => {
	test.each([
		['*', { title: '*' }],
		['**', { title: '**' }],
		['https://a.example', { title: 'https://a.example', linkUrl: 'https://a.example' }],
		[
			'https://a.example **',
			{ title: 'https://a.example', star: 'super', linkUrl: 'https://a.example' }
		],
		['-- maps', { title: '-- maps' }],
		['Kite --', { title: 'Kite --' }]
	])('%j', (line, expected) => {
		expect(parseCapture(line)).toEqual({ ...nothingElse, ...expected });
	});
});

test.each(['https://', 'http:///', 'ftp://a.example', 'javascript:alert(1)', 'a.example'])(
	'%s is a word, not a link',
	(word) => {
		expect(parseCapture(`Kite ${word}`)).toEqual({ ...nothingElse, title: `Kite ${word}` });
	}
);

describe('a pasted text', () => {
	test('has the lines that say something', () => {
		expect(linesOf('one\r\n\r\n  two \nthree\n')).toEqual(['one', 'two', 'three']);
	});

	test('as one idea is a title with notes', () => {
		expect(captureAsOne('Kite -- light **\r\n- maps\r\n\r\n- string\r\n')).toEqual({
			title: 'Kite',
			notes: 'light\n\n- maps\n\n- string',
			star: 'super',
			linkUrl: null
		});
	});
});

test.each([
	'Kite',
	'Kite -- maps',
	'Kite -- maps ** https://a.example',
	'Kite \\* -- a \\-- b *',
	'Kite \\\\* \\https://a.example'
])('%j reads the same after it was taken back for editing', (line) => {
	const captured = parseCapture(line);

	expect(parseCapture(lineOf(captured))).toEqual(captured);
});

test('notes of several lines are taken back whole, below the line', () => {
	const captured = { ...parseCapture('Kite * https://a.example'), notes: 'maps\n\nstring' };
	const { line, notes } = typedAgain(captured);

	expect({ ...parseCapture(line), notes }).toEqual(captured);
	expect(typedAgain(parseCapture('Kite -- maps'))).toEqual({ line: 'Kite -- maps', notes: '' });
});
