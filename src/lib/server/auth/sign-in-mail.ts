import { LIMITS } from '$lib/limits';
import { composeMail } from '../mail/layout';
import type { Mail } from '../mail/mail';

const LIFETIME = `The link works once, for ${LIMITS.signInMinutes} minutes.`;
const IGNORE = 'If you did not ask for it, ignore this mail: nothing happens.';

/** The mail that carries a sign-in link. @param link an address of this site */
export function signInMail(to: string, link: string): Mail {
	return composeMail({
		to,
		template: 'signIn',
		subject: 'Sign in to Coda',
		preheader: `A link that works once, for ${LIMITS.signInMinutes} minutes.`,
		paragraphs: [`Sign in to Coda as ${to}.`],
		button: { label: 'Sign in', href: link },
		small: [LIFETIME, IGNORE]
	});
}

/** The mail that makes the password count which somebody chose when signing up. */
export function signUpMail(to: string, link: string): Mail {
	return composeMail({
		to,
		template: 'signUp',
		subject: 'Confirm your address for Coda',
		paragraphs: [
			`Somebody signed up for Coda as ${to} and chose a password.`,
			'If that was you, confirm the address. The page asks for the password that you chose.'
		],
		button: { label: 'Confirm the address', href: link },
		small: [LIFETIME, IGNORE]
	});
}

/** The mail to somebody who signs up again. @param link signs them in */
export function accountExistsMail(to: string, link: string, forgotLink: string): Mail {
	return composeMail({
		to,
		template: 'accountExists',
		subject: 'You have a Coda account already',
		paragraphs: [
			`Somebody signed up for Coda as ${to}, but this address has an account. Nothing was changed.`,
			'If that was you, sign in by this link, or with the password that the account has.'
		],
		button: { label: 'Sign in', href: link },
		small: [LIFETIME, IGNORE, `To choose another password: ${forgotLink}`]
	});
}

/** The mail that lets somebody choose another password. */
export function resetMail(to: string, link: string): Mail {
	return composeMail({
		to,
		template: 'resetPassword',
		subject: 'Choose a new password for Coda',
		paragraphs: [
			`Choose a new password for ${to}. Every other browser that is signed in will be signed out.`
		],
		button: { label: 'Choose a password', href: link },
		small: [LIFETIME, IGNORE]
	});
}

/** The mail to somebody who forgot the password of an account that does not exist. */
export function noAccountMail(to: string, signUpLink: string): Mail {
	return composeMail({
		to,
		template: 'noAccount',
		subject: 'There is no Coda account for this address',
		paragraphs: [
			`Somebody asked for a new password for ${to}, but this address has no account.`,
			'If that was you, you may have signed up with another address.'
		],
		button: { label: 'Sign up', href: signUpLink },
		small: ['If you did not ask for it, ignore this mail.']
	});
}

/** The mail to an address without an account while there are no new ones. */
export function signUpsClosedMail(to: string): Mail {
	return composeMail({
		to,
		template: 'signUpsClosed',
		subject: 'Sign-ups at Coda are closed',
		paragraphs: [
			`Somebody wants to sign in to Coda as ${to}. This address has no account, and new ones cannot be made right now.`,
			'If that was you, try again in some days.'
		],
		small: ['If you did not ask for it, ignore this mail.']
	});
}
