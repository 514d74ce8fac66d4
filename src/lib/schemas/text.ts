import * as z from 'zod';

/** Code points, as Postgres counts them with `char_length`. */
export const codePoints = (text: string): number => [...text].length;

interface TextRule {
	/** How messages name the field: `Title`. */
	label: string;
	maxChars: number;
}

/**
 * A text that a person typed: brought into Unicode normal form C, then measured in code points.
 * U+0000 and lone surrogates are refused, because Postgres cannot store them.
 */
export const text = ({ label, maxChars }: TextRule) =>
	z
		.string({ error: `${label}: this must be text.` })
		// Normalising an endless text would cost more than refusing it.
		.max(maxChars * 4, `${label}: at most ${maxChars.toLocaleString('en')} characters.`)
		.refine(
			(value) => value.isWellFormed() && !value.includes('\u0000'),
			`${label}: one of the characters cannot be stored.`
		)
		.transform((value) => value.normalize('NFC'))
		.refine(
			(value) => codePoints(value) <= maxChars,
			`${label}: at most ${maxChars.toLocaleString('en')} characters.`
		);

/** A text on one line: line breaks become spaces, the ends are trimmed. */
export const line = (rule: TextRule) =>
	text(rule).transform((value) => value.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ').trim());
