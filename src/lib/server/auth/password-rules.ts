import { fieldRefusal } from '../refusal';

/** Signs that people put behind a word to make a password of it; so many add nothing worth having. */
const DECORATION = /^(.+?)[\p{N}\p{P}\p{S}]{1,4}$/u;

let loading: Promise<ReadonlySet<string>> | undefined;

/** The passwords that attackers try first, in lower case. Loaded at the first use: 49,000 of them. */
function commonPasswords(): Promise<ReadonlySet<string>> {
	return (loading ??= import('@zxcvbn-ts/language-common').then(
		({ dictionary }) => new Set(dictionary['passwords-common'])
	));
}

/**
 * Refuses a password that somebody would guess: one that is on the list of common ones, that repeats or
 * decorates one of them, that runs along the keyboard's rows or the alphabet, or that is the person's own
 * address. There are no rules of composition.
 *
 * @param password within its limits of length, as `NewPassword` takes it
 * @param email of the account, in lower case
 * @throws BAD_REQUEST at the field `password`
 */
export async function refuseGuessable(password: string, email: string): Promise<void> {
	const folded = password.toLowerCase();
	const local = email.slice(0, email.lastIndexOf('@'));
	if (folded.includes(email) || folded === local) {
		throw fieldRefusal('password', 'password.isAddress');
	}
	if (isRun(folded) || isCommon(folded, await commonPasswords())) {
		throw fieldRefusal('password', 'password.common');
	}
}

function isCommon(folded: string, common: ReadonlySet<string>): boolean {
	const word = DECORATION.exec(folded)?.[1];
	return [folded, word].some((one) => {
		if (one === undefined) return false;
		const unit = repeatedUnit(one);
		return common.has(one) || common.has(unit) || [...unit].length <= 3;
	});
}

/** The shortest text that gives the whole when it is repeated: `abc` of `abcabcabc`. */
function repeatedUnit(text: string): string {
	const length = (text + text).indexOf(text, 1);
	return text.slice(0, length);
}

/** What fingers run along, forwards, backwards and from the end to the beginning again. */
const RUNS = ['1234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm'].flatMap(
	(run) => [run.repeat(13), [...run].reverse().join('').repeat(13)]
);

const isRun = (folded: string): boolean => RUNS.some((run) => run.includes(folded));
