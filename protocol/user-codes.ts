import { randomBytes } from './bytes.ts';

/** Consonants that no two fonts confuse, and that make no words (RFC 8628, 6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const CODE_LETTERS = 8;

/** A code for a person to type: eight of twenty letters (34.6 bits), as `WDJB-MJHT`. */
export function makeUserCode(): string {
	let code = '';
	while (code.length < CODE_LETTERS) {
		for (const byte of randomBytes(CODE_LETTERS)) {
			// 240 is the last multiple of 20 below 256: beyond it the first letters would come up more often.
			if (byte < 240 && code.length < CODE_LETTERS) code += LETTERS[byte % LETTERS.length];
		}
	}
	return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** A code as it was typed, in its one spelling: case, blanks and hyphens do not matter. Nothing for no code. */
export function readUserCode(typed: string): string | undefined {
	const code = typed
		.normalize('NFKC')
		.toUpperCase()
		.replace(/[\s\p{Pd}]/gu, '');
	const isCode = code.length === CODE_LETTERS && [...code].every((one) => LETTERS.includes(one));
	return isCode ? `${code.slice(0, 4)}-${code.slice(4)}` : undefined;
}
