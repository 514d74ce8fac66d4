import { homedir, hostname, userInfo } from 'node:os';
import { basename } from 'node:path';

const MESSAGE_CHARS = 300;
/** More of a text is not looked at. */
const READ_CHARS = 2_000;

/** What names the person and the computer. */
export interface Personal {
	home: string;
	user: string;
	host: string;
}

/** Whose computer this is. What the system does not say cannot be blanked, and stands in no text either. */
export function thisPerson(): Personal {
	const home = homedir();
	try {
		return { home, user: userInfo().username, host: hostname() };
	} catch {
		// An account that has no name.
		return { home, user: basename(home), host: hostname() };
	}
}

/** Words around what is the person's, and what stands in quotes, which may be a text of theirs. */
const SHAPES: [RegExp, string][] = [
	[/^.*is not valid JSON.*$/i, 'A text is not valid JSON'],
	[/\bCommand failed\b.*$/, 'Command failed'],
	[/\bspawn .* (E[A-Z]+)\b/g, 'spawn $1'],
	[/\bgetaddrinfo (E[A-Z_]+) .*$/g, 'getaddrinfo $1'],
	[/\((reading|setting) '([\w$#]{1,40})'\)/g, '($1 $2)'],
	[/"(?:.*"|.*$)/g, '"…"'],
	[/'.*'/g, '“…”'],
	[/`.*`/g, '“…”']
];

/** Long and of letters and digits: a key, an id or a token, and no word. */
const TOKEN = /(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{16,}/gi;

/**
 * A message of an error without what is the person's: what stands in quotes, addresses, paths, commands, tokens, the names
 * of person and computer. It rather takes away too much.
 */
export function scrubbed(message: string, { home, user, host }: Personal = thisPerson()): string {
	let text = message.slice(0, READ_CHARS).replace(/\s+/g, ' ').trim();
	if (home.length > 1) text = text.replaceAll(home, '~');
	for (const [shape, stand] of SHAPES) text = text.replace(shape, stand);
	text = text.split(' ').map(blanked).join(' ');
	const [label = ''] = host.split('.');
	for (const [name, stand] of [
		[host, '[computer]'],
		[label, '[computer]'],
		[user, '[person]'],
		[basename(home), '[person]']
	] as const) {
		if (name.length > 1) text = text.replace(asWord(name), stand);
	}
	return text.replace(TOKEN, '[token]').slice(0, MESSAGE_CHARS).toWellFormed();
}

/** A word, or what stands for it where it is an address or a path. */
function blanked(word: string): string {
	const rest = /[,;:.)]*$/.exec(word.slice(-4))?.[0] ?? '';
	const stand = standFor(word.slice(0, word.length - rest.length));
	return stand === undefined ? word : stand + rest;
}

function standFor(word: string): string | undefined {
	if (word.includes('@')) return word.includes('://') ? '[address]' : '[e-mail]';
	// Of the sixth version of IP, too.
	if (word.includes('://') || word.split(':').length > 2) return '[address]';
	if (/^\d{1,3}(\.\d{1,3}){3}(:\d+)?$/.test(word)) return '[address]';
	if (/[/\\]/.test(word)) return word.startsWith('~') ? '~/…' : '/…';
	return undefined;
}

const asWord = (name: string): RegExp =>
	new RegExp(
		`(?<![\\p{L}\\p{N}_])${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}_])`,
		'giu'
	);
