import { joinNotes, linesOf, lineOf } from './capture';

/** What another program shares, as the composer holds it. */
export interface Shared {
	line: string;
	notes: string;
}

/** What of an address begins a new idea: `new` alone, or what another program shares. */
const PARTS = ['new', 'title', 'text', 'url'];

/** Whether an address asks for a new idea. */
export const asksForIdea = (query: URLSearchParams): boolean =>
	PARTS.some((part) => query.has(part));

/**
 * The new idea that an address brings along: title, text and address, as the systems hand them over. Many put
 * the address into the text. Nothing of it is read as a mark.
 */
export function sharedIn(query: URLSearchParams): Shared {
	const [title = '', text = '', url = ''] = ['title', 'text', 'url'].map((part) =>
		(query.get(part) ?? '').replace(/\r\n?/g, '\n').trim()
	);
	const [first = '', ...others] = linesOf(text);
	const said = linesOf(title).join(' ') || first || url;
	// What was looked for and not found is a line as one types it.
	if (said === '') return { line: query.get('new') ?? '', notes: '' };
	const isUsed = !title && first !== '';
	const linkUrl = /^https?:\/\//i.test(url) && URL.canParse(url) && url !== said ? url : null;
	// An address alone is its own title.
	const isAddress = said === url && URL.canParse(url);
	return {
		line: isAddress ? said : lineOf({ title: said, notes: '', star: 'none', linkUrl }),
		notes: joinNotes(isUsed ? others.join('\n') : text, linkUrl || url === said ? '' : url)
	};
}
