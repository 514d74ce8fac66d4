/*
 * What programs print is hostile: a file that somebody sent is printed by `cat`. xterm.js does a few sequences as
 * often as they say, which may be two thousand million times, and reads one list in quadratic time: a dozen
 * bytes hold the whole program up. Whoever feeds a terminal of xterm.js with output guards it before.
 */

/** The part of xterm.js that is needed, in the browser and in `@xterm/headless`. */
export interface GuardedTerminal {
	readonly rows: number;
	readonly cols: number;
	readonly parser: {
		registerCsiHandler(
			id: { final: string },
			callback: (params: (number | number[])[]) => boolean
		): unknown;
		registerOscHandler(ident: number, callback: (data: string) => boolean): unknown;
	};
}

/** Insert, delete and scroll lines: more than there are is no sensible wish. */
const BY_ROWS = ['L', 'M', 'S', 'T'];
/** Tabs, forward and back. */
const BY_COLUMNS = ['I', 'Z'];
/** The last character again. */
const REPEAT = 'b';
/** Sets colours by their numbers. */
const PALETTE = 4;
/** All 256 colours, in the longest way to write them. */
const LONGEST_PALETTE = 8_192;

/** Has a terminal leave out what would hold it up: such a sequence is ignored, and the next one counts again. */
export function guardTerminal(terminal: GuardedTerminal): void {
	const { parser } = terminal;
	const ignoreAbove = (final: string, most: () => number) =>
		parser.registerCsiHandler({ final }, ([count]) => typeof count === 'number' && count > most());
	for (const final of BY_ROWS) ignoreAbove(final, () => terminal.rows);
	for (const final of BY_COLUMNS) ignoreAbove(final, () => terminal.cols);
	ignoreAbove(REPEAT, () => terminal.rows * terminal.cols);
	parser.registerOscHandler(PALETTE, (colours) => colours.length > LONGEST_PALETTE);
}
