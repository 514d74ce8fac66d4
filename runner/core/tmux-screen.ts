import { bytesOf } from '#protocol/bytes';

/** What is asked of a pane, and what a terminal is told where the answer is 1. */
const MODES: [format: string, sequence: string][] = [
	['keypad_cursor_flag', '\x1b[?1h'],
	['keypad_flag', '\x1b='],
	['mouse_standard_flag', '\x1b[?1000h'],
	['mouse_button_flag', '\x1b[?1002h'],
	['mouse_all_flag', '\x1b[?1003h'],
	['mouse_sgr_flag', '\x1b[?1006h']
];
const FACTS = ['alternate_on', 'cursor_flag', 'cursor_x', 'cursor_y', 'pane_height']
	.concat(['scroll_region_upper', 'scroll_region_lower'])
	.concat(MODES.map(([format]) => format));

/** The commands whose replies `screenOf` reads. */
export function askForScreen(pane: string): string[] {
	const facts = FACTS.map((fact) => `#{${fact}}`).join(' ');
	return [
		`display-message -p -t ${pane} '${facts}'`,
		// What is behind the alternate screen, where that is on; nothing where it is not.
		`capture-pane -p -e -q -a -t ${pane}`,
		`capture-pane -p -e -S - -t ${pane}`
	];
}

/** What draws a pane's screen, with what has scrolled by, on a terminal of its size. */
export function screenOf([facts, behind = [], shown = []]: string[][]): Uint8Array {
	const values = (facts?.[0] ?? '').split(' ').map(Number);
	const of = (fact: string) => values[FACTS.indexOf(fact)] ?? 0;
	const isAlternate = of('alternate_on') === 1;
	// With the alternate screen on, what has scrolled by is of the one behind.
	const history = isAlternate ? shown.slice(0, -of('pane_height')) : [];
	const screen = isAlternate ? shown.slice(-of('pane_height')) : shown;
	const [upper, lower] = [of('scroll_region_upper'), of('scroll_region_lower')];
	const hasRegion = upper > 0 || lower < of('pane_height') - 1;
	return bytesOf(
		[
			'\x1bc',
			isAlternate ? `${lines([...history, ...behind])}\x1b[?1049h\x1b[H` : '',
			lines(screen),
			hasRegion ? `\x1b[${upper + 1};${lower + 1}r` : '',
			...MODES.map(([format, sequence]) => (of(format) === 1 ? sequence : '')),
			of('cursor_flag') === 1 ? '' : '\x1b[?25l',
			`\x1b[${of('cursor_y') + 1};${of('cursor_x') + 1}H`
		].join('')
	);
}

const lines = (of: string[]): string => `${of.join('\r\n')}\x1b[0m`;
