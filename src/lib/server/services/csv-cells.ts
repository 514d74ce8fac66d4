/*
 * A cell that begins like a formula is one for a spreadsheet, also with full-width signs. An apostrophe in front
 * makes it text again. A cell that begins with apostrophes already gets one more, so that taking off one gives back
 * every text as it was.
 */

/** A text as a cell. */
export const cellOf = (text: string): string => text.replace(/^(?='*[=+\-@\t\r＝＋－＠])/, "'");

/** A cell as the text that it is. */
export const textOfCell = (cell: string): string => cell.replace(/^'(?='*[=+\-@\t\r＝＋－＠])/, '');
