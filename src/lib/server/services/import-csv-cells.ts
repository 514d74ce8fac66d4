import { tagOf } from '$lib/tags';

/* What the cells of other programs say. Nothing means that it is not understood. */

const DONE = new Set([
	...['yes', 'true', 'x', '1', '✓', '✔', '✅', '☑', '100%', 'checked', 'resolved', 'fixed'],
	...['done', 'complete', 'completed', 'closed', 'finished', 'shipped', 'released', 'merged'],
	...['cancelled', 'canceled', 'duplicate', 'archived', "won't do", "won't fix", 'wontfix']
]);
const OPEN = new Set([
	...['', 'no', 'false', '0', '0%', 'open', 'opened', 'new', 'todo', 'to do', 'to-do', 'reopened'],
	...[
		'not started',
		'unstarted',
		'backlog',
		'triage',
		'planned',
		'ready',
		'next',
		'later',
		'inbox'
	],
	...['in progress', 'started', 'doing', 'in review', 'review', 'blocked', 'waiting', 'on hold']
]);

/** Whether something is done: since a time, since nobody knows when, or not. */
export function doneOf(cell: string): string | null | undefined {
	const word = cell.trim().toLowerCase();
	if (OPEN.has(word)) return null;
	return DONE.has(word) ? 'done' : timeOf(cell);
}

const STARS: Record<string, string> = {
	...{ '': 'none', none: 'none', no: 'none', false: 'none', '0': 'none', 'no priority': 'none' },
	...{ low: 'none', lowest: 'none', normal: 'none', medium: 'none', minor: 'none' },
	...{ '*': 'star', star: 'star', yes: 'star', true: 'star', starred: 'star', high: 'star' },
	...{ highest: 'star', urgent: 'star', critical: 'star', major: 'star' },
	...{ '**': 'super', super: 'super' }
};

/** How much something stands out. */
export const starOf = (cell: string): string | undefined => STARS[cell.trim().toLowerCase()];

const DATE = /^(\d{4}-\d{2}-\d{2})$/;
const TIME =
	/^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
/** With the month in letters there is one way to read it: `January 3, 2026 4:05 PM`. */
const IN_WORDS = /^(?:[a-z]{3,9},? )?(?:[a-z]{3,9} \d{1,2},?|\d{1,2} [a-z]{3,9}) \d{4}\b/i;
const HAS_ZONE = /(?:GMT|UTC|Z|[+-]\d{2}:?\d{2})(?: ?\(.*\))?$/i;

/** A time as a file of ours has it. Without a zone it is taken for UTC; `03/04/2026` could be two days. */
export function timeOf(cell: string): string | undefined {
	const text = cell.trim();
	const [, day] = DATE.exec(text) ?? [];
	if (day) return isoOf(`${day}T00:00:00Z`);
	const [, date, clock, zone = 'Z'] = TIME.exec(text) ?? [];
	if (date) {
		const offset = /^(?:z|utc)$/i.test(zone) ? 'Z' : zone.replace(/^(.\d{2})(\d{2})$/, '$1:$2');
		return isoOf(`${date}T${clock}${offset}`);
	}
	if (!IN_WORDS.test(text)) return undefined;
	return isoOf(HAS_ZONE.test(text) ? text : `${text} UTC`);
}

function isoOf(text: string): string | undefined {
	const date = new Date(text);
	return Number.isNaN(date.valueOf()) ? undefined : date.toISOString();
}

/** Trello writes the colour of a label behind it. */
const COLOUR =
	/\s*\((?:green|yellow|orange|red|purple|blue|sky|lime|pink|black)(?:_(?:light|dark))?\)$/;

/** The tags of a cell: spaces become dashes, and what no tag has is left out. */
export const tagsOf = (cell: string): { from: string; tag: string }[] =>
	cell
		.split(/[,;\n]/)
		.map((one) => one.trim().replace(COLOUR, ''))
		.map((from) => ({ from, tag: tagLike(from) }))
		.filter(({ tag }) => tag !== '');

/** A tag that is made of any words. */
const tagLike = (words: string): string =>
	tagOf(words)
		.replace(/[\s/:.&+]+/g, '-')
		.replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '')
		.replace(/^-+|-+$/g, '');
