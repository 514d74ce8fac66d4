import MarkdownIt from 'markdown-it';

const EXCERPT_CHARS = 160;

/** So much of a line is read: with its marks it is longer than what is shown. */
const READ_CHARS = 1_000;

const MARKS = /[*_`~[\]\\&<]/;

const markdown = new MarkdownIt({ html: false });

/** The first line of a text that says something, as it reads: without Markdown's marks. */
export function excerptOf(notes: string): string {
	const first = notes.split('\n').find((line) => /[\p{L}\p{N}]/u.test(line)) ?? '';
	const line = first
		.replace(/^\s*(?:#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?|\d+[.)]\s+|>\s*)+/, '')
		.trim()
		.slice(0, READ_CHARS);
	const chars = [...(MARKS.test(line) ? wordsOf(line) : line)];
	return chars.length > EXCERPT_CHARS
		? `${chars.slice(0, EXCERPT_CHARS).join('')}…`
		: chars.join('');
}

function wordsOf(line: string): string {
	const tokens = markdown.parseInline(line, {}).flatMap(({ children }) => children ?? []);
	return tokens.map(({ content }) => content).join('');
}
