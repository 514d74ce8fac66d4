import type { IFunctionIdentifier, IParser } from '@xterm/xterm';

/*
 * What programs print is not believed: it may be a file that somebody else wrote. It draws, and it neither opens
 * anything by itself, nor reads anything, nor types.
 */

/** An address that a person may follow out of a terminal; nothing for any other kind. */
export function linkTarget(text: string): string | undefined {
	if (!URL.canParse(text)) return undefined;
	const { protocol, href } = new URL(text);
	return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

/** What is pasted, without what would end the paste early or be taken for keys (ESC and its like). */
export const harmlessPaste = (text: string): string =>
	// eslint-disable-next-line no-control-regex -- these are what it is about
	text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '');

/** Colours of the screen: 4 is the palette, 10 to 12 are text, page and cursor. */
const COLOURS = [4, 10, 11, 12];
/** The clipboard. */
const CLIPBOARD = 52;

/** What kind of terminal this is, where its cursor is, which modes are on: questions whose answers are typed. */
const QUESTIONS: IFunctionIdentifier[] = [
	{ final: 'c' },
	{ prefix: '>', final: 'c' },
	{ prefix: '=', final: 'c' },
	{ final: 'n' },
	{ prefix: '?', final: 'n' },
	{ intermediates: '$', final: 'p' },
	{ prefix: '?', intermediates: '$', final: 'p' }
];

/** Has a terminal leave those questions alone which somebody else answers: another page, the computer, or tmux. */
export function leaveQuestions(parser: IParser, isAnsweredElsewhere: () => boolean): void {
	for (const question of QUESTIONS) parser.registerCsiHandler(question, isAnsweredElsewhere);
}

/**
 * Has a terminal's parser drop what would type an answer of the program's choosing, or touch the clipboard. What
 * programs ask to know where the cursor is and what kind of terminal this is, is answered: numbers, and no text.
 */
export function guardParser(parser: IParser): void {
	const drop = () => true;
	parser.registerOscHandler(CLIPBOARD, drop);
	// A colour is set as ever; only the question for it is dropped.
	for (const colour of COLOURS) parser.registerOscHandler(colour, (data) => data.includes('?'));
	// Sizes and titles of windows (XTWINOPS), and settings as text (DECRQSS).
	parser.registerCsiHandler({ final: 't' }, drop);
	parser.registerDcsHandler({ intermediates: '$', final: 'q' }, drop);
}
