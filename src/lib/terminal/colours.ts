import type { ITheme } from '@xterm/xterm';

/*
 * The sixteen colours of programs, on the paper and in the ink of the page. xterm lightens or darkens what would be
 * hard to read on it, so that each text has the contrast of the rest of Coda.
 */

/** What xterm raises the contrast of every text to (WCAG 2.2, 1.4.3). */
export const CONTRAST = 4.5;

const LIGHT: ITheme = {
	background: '#fefcf8',
	foreground: '#1d1b17',
	cursor: '#b3311a',
	cursorAccent: '#fefcf8',
	selectionBackground: '#e3d8c3',
	selectionInactiveBackground: '#ece5d8',
	scrollbarSliderBackground: '#1d1b1726',
	scrollbarSliderHoverBackground: '#1d1b1740',
	scrollbarSliderActiveBackground: '#1d1b1766',
	black: '#1d1b17',
	red: '#a51d2d',
	green: '#2b6a3d',
	yellow: '#80560f',
	blue: '#2a5a9c',
	magenta: '#8a3a86',
	cyan: '#1b6a72',
	white: '#6b665d',
	brightBlack: '#57534b',
	brightRed: '#c2293b',
	brightGreen: '#357f4a',
	brightYellow: '#946617',
	brightBlue: '#346dba',
	brightMagenta: '#a3489e',
	brightCyan: '#237f88',
	brightWhite: '#3a372f'
};

const DARK: ITheme = {
	background: '#1d1b18',
	foreground: '#ebe6dc',
	cursor: '#ff8a6b',
	cursorAccent: '#1d1b18',
	selectionBackground: '#4d463a',
	selectionInactiveBackground: '#3a352d',
	scrollbarSliderBackground: '#ebe6dc26',
	scrollbarSliderHoverBackground: '#ebe6dc40',
	scrollbarSliderActiveBackground: '#ebe6dc66',
	black: '#38342d',
	red: '#f08a8a',
	green: '#8cc79a',
	yellow: '#dfb468',
	blue: '#8fb4ea',
	magenta: '#d79ed3',
	cyan: '#7fc7cd',
	white: '#cfc9bd',
	brightBlack: '#9a9385',
	brightRed: '#ffabab',
	brightGreen: '#a9deb5',
	brightYellow: '#f0cb8b',
	brightBlue: '#b0ccf5',
	brightMagenta: '#e8bce5',
	brightCyan: '#a3dde2',
	brightWhite: '#fbf8f1'
};

/** The colours of a terminal on a page that is dark, or is not. */
export const coloursFor = (isDark: boolean): ITheme => (isDark ? DARK : LIGHT);
