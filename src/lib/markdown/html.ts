import MarkdownIt, { type Token } from 'markdown-it';
import { isAllowedLink } from './allowed';
import { isTaskLine } from './tasks';

/** Deeper than this nobody writes; what lies deeper is left out of the picture, not out of the text. */
const DEEPEST_NESTING = 24;

const markdown = new MarkdownIt({ html: false, linkify: true, maxNesting: DEEPEST_NESTING });

// Only what is written as an address becomes a link: "e.g. main.rs" is no web site.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
markdown.validateLink = isAllowedLink;

const { rules } = markdown.renderer;

// A picture from elsewhere would tell its server who reads this, so it is a link.
rules.image = (tokens, place) => {
	const token = tokens[place];
	const address = String(token?.attrGet('src') ?? '');
	const words = token?.content.trim() || address;
	const { escapeHtml } = markdown.utils;
	return `<a href="${escapeHtml(address)}" ${LINK_ATTRIBUTES}>${escapeHtml(words)} (picture)</a>`;
};

rules.table_open = () =>
	'<div class="md-table" role="region" tabindex="0" aria-label="Table"><table>\n';
rules.table_close = () => '</table></div>\n';

rules.fence = (tokens, place) => {
	const { content = '', info = '' } = tokens[place] ?? {};
	const [, language] = info.trim().match(/^([\w+#-]{1,30})(?:\s|$)/) ?? [];
	return code(content, language?.toLowerCase());
};
rules.code_block = (tokens, place) => code(tokens[place]?.content ?? '');

markdown.core.ruler.push('headings', ({ tokens, env }) => {
	shiftHeadings(tokens, Number(env.headingLevel));
});
markdown.core.ruler.push('cells', ({ tokens }) => tokens.forEach(setCell));
markdown.core.ruler.push('links', ({ tokens }) => {
	for (const { children } of tokens) children?.forEach(setLink);
});
markdown.core.ruler.push('tasks', ({ src, tokens }) => markTasks(src.split('\n'), tokens));

const LINK_ATTRIBUTES = 'target="_blank" rel="noopener noreferrer nofollow"';

/**
 * The HTML of a text, before it is sanitised.
 *
 * @param headingLevel the level of the text's highest headings, one below what stands over the text
 */
export const htmlOf = (text: string, headingLevel: number): string =>
	markdown.render(text, { headingLevel });

function code(content: string, language?: string): string {
	const name = language ? ` class="language-${markdown.utils.escapeHtml(language)}"` : '';
	return `<pre tabindex="0"><code${name}>${markdown.utils.escapeHtml(content)}</code></pre>\n`;
}

function setLink(token: Token) {
	if (token.type !== 'link_open') return;
	token.attrSet('target', '_blank');
	token.attrSet('rel', 'noopener noreferrer nofollow');
}

/** The side of a column is a class: the page takes no styles from texts. */
function setCell(token: Token) {
	if (token.type !== 'th_open' && token.type !== 'td_open') return;
	const [, side] = String(token.attrGet('style') ?? '').match(/(center|right)$/) ?? [];
	token.attrs = side ? [['class', `md-${side}`]] : null;
}

/** Puts headings below that of the page, without leaving out a level, whichever the text begins with. */
function shiftHeadings(tokens: Token[], first: number) {
	let level = first - 1;
	for (const token of tokens) {
		if (token.type === 'heading_open') {
			const wanted = first - 1 + Number(token.tag.slice(1));
			level = Math.min(wanted, level + 1, 6);
		}
		if (token.type === 'heading_open' || token.type === 'heading_close') token.tag = `h${level}`;
	}
}

/**
 * Makes boxes of `[ ]` and `[x]` at the beginning of list items. Each knows the line of the text that it stands
 * on. They are disabled until a script can save what is ticked.
 */
function markTasks(lines: string[], tokens: Token[]) {
	for (const [place, token] of tokens.entries()) {
		const [item, line] = [tokens[place - 2], token.map?.[0]];
		const first = token.children?.[0];
		const [mark, tick] = first?.content.match(/^\[([ xX])\](?:\s+|$)/) ?? [];
		const isFirstInItem = token.type === 'inline' && item?.type === 'list_item_open';
		if (!isFirstInItem || !first || !mark || line === undefined) continue;
		if (!isTaskLine(lines[line] ?? '')) continue;
		item.attrJoin('class', 'md-task');
		first.content = first.content.slice(mark.length);
		const checked = tick === ' ' ? '' : ' checked';
		const { Token: TokenOf } = new markdown.core.State('', markdown, {});
		const open = new TokenOf('task_open', '', 0);
		open.content = `<label><input type="checkbox" data-task="${line}"${checked} disabled><span>`;
		token.children = [open, ...(token.children ?? []), new TokenOf('task_close', '', 0)];
	}
}

rules.task_open = (tokens, place) => tokens[place]?.content ?? '';
rules.task_close = () => '</span></label>';
