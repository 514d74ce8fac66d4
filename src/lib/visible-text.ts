/**
 * A text in which nothing acts: what would move a cursor, change colours or turn the direction of writing
 * stands there by its number, `\u{1b}`. Line ends do as well.
 */
export const visibly = (text: string): string =>
	text.replace(
		/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
		(one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`
	);
