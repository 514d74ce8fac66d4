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

/** What the engine says of the code itself: the names in it are of the program. */
const OF_CODE = /^[\w$.#]+ is not (?:a function|iterable|a constructor)\b/;

/** Names with dots, which may be of a computer or a file. */
const DOTTED = /[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+(?::\d+)?/gu;

/** Numbers with dots: a version, or how long something took. */
const NUMBER = /^v?\d+(?:\.\d+){1,2}(?:[a-z%]{0,3}|-[a-z]+(?:\.\d+)?)$/i;

/** Whatever follows a word for a secret. */
const SECRET =
	/((?:secret|password|passwd|passphrase|token|key)s?)(?![\p{L}\p{N}])[^\p{L}\p{N}]+.+$/iu;

/** Long and of letters and digits: a key, an id or a token, and no word. */
const TOKEN = /(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{16,}/gi;

/**
 * A message of an error without what is the person's: what stands in quotes, addresses, names of files, commands, secrets,
 * the names of person and computer, and from a path on all that follows. It rather takes away too much.
 */
export function scrubbed(message: string, { home, user, host }: Personal = thisPerson()): string {
	let text = message.slice(0, READ_CHARS).replace(/\s+/g, ' ').trim();
	if (home.length > 1) text = text.replaceAll(home, '~');
	for (const [shape, stand] of SHAPES) text = text.replace(shape, stand);
	// Whole, before its parts look like somebody else's.
	if (host.includes('.')) text = text.replace(asWord(host), '[computer]');
	if (!OF_CODE.test(text)) text = withoutNames(text).replace(SECRET, '$1 [secret]');
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

/** From a path on nothing is left: a name in it may have blanks, and nobody knows where it ends. */
function withoutNames(text: string): string {
	const words: string[] = [];
	for (const word of text.split(' ')) {
		const left = blanked(word);
		words.push(left);
		if (left.endsWith('/…')) break;
	}
	return words.join(' ');
}

/** A word, or what stands for it where it is an address or a path. */
function blanked(word: string): string {
	const rest = /[,;:.)]*$/.exec(word.slice(-4))?.[0] ?? '';
	const stand = standFor(word.slice(0, word.length - rest.length));
	if (stand === undefined)
		return word.replace(DOTTED, (name) => (NUMBER.test(name) ? name : '[address]'));
	return stand.endsWith('/…') ? stand : stand + rest;
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
