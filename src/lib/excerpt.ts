const EXCERPT_CHARS = 160;

/** So much of a line is read: with its marks it is longer than what is shown. */
const READ_CHARS = 400;

const SAYS_SOMETHING = /[\p{L}\p{N}]/u;
const FENCE = /^\s*(?:```|~~~)/;
const AT_BEGINNING = /^\s*(?:#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?|\d+[.)]\s+|>\s*)+/;

/** Links and pictures, whose words stay. */
const LINK = /!?\[([^[\]]*)\]\([^()\s]*\)/g;
const STRONG = /(?<![\p{L}\p{N}\\])(\*\*|__|~~)([^\s*_~](?:[^*_~]*[^\s*_~])?)\1/gu;
const STARRED = /(?<![\\*])\*([^\s*](?:[^*]*[^\s*])?)\*(?!\*)/g;
const UNDERLINED = /(?<![\p{L}\p{N}\\_])_([^\s_](?:[^_]*[^\s_])?)_(?![\p{L}\p{N}_])/gu;
const CODE = /`([^`]+)`/g;
const ESCAPED = /\\([!-/:-@[-`{-~])/g;

/** The first line of a text that says something, as it reads: without Markdown's marks. Lines show it below a title. */
export function excerptOf(notes: string): string {
	for (const line of notes.split('\n')) {
		if (!SAYS_SOMETHING.test(line) || FENCE.test(line)) continue;
		const plain = withoutMarks(line.slice(0, READ_CHARS));
		if (SAYS_SOMETHING.test(plain)) return shortened(plain);
	}
	return '';
}

const withoutMarks = (line: string): string =>
	line
		.replace(AT_BEGINNING, '')
		.replace(LINK, '$1')
		.replace(STRONG, '$2')
		.replace(STARRED, '$1')
		.replace(UNDERLINED, '$1')
		.replace(STRONG, '$2')
		.replace(CODE, '$1')
		.replace(ESCAPED, '$1')
		.trim();

function shortened(text: string): string {
	const chars = [...text];
	return chars.length > EXCERPT_CHARS ? `${chars.slice(0, EXCERPT_CHARS).join('')}…` : text;
}
