import { LIMITS } from './limits';

/** A tag as it is kept: in lower case, without the `#` that people write in front. */
export const tagOf = (typed: string): string =>
	typed.normalize('NFC').trim().replace(/^#/, '').toLowerCase().normalize('NFC');

/** Why something is no tag. */
export function tagProblem(tag: string): string | undefined {
	if (!/^[\p{L}\p{M}\p{N}_-]+$/u.test(tag)) return 'A tag has letters, digits, - and _ only.';
	if ([...tag].length > LIMITS.tagChars) return `A tag has at most ${LIMITS.tagChars} characters.`;
	return undefined;
}

/** Each tag once, by code points as the database sorts them: UTF-16 has another order. */
export function inTagOrder(words: readonly string[]): string[] {
	return [...new Set(words)].sort((one, other) => {
		const [a, b] = [[...one], [...other]];
		const place = a.findIndex((char, at) => char !== b[at]);
		if (place === -1) return a.length - b.length;
		return (a[place]?.codePointAt(0) ?? -1) - (b[place]?.codePointAt(0) ?? -1);
	});
}
