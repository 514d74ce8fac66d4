import { LIMITS } from '$lib/limits';
import { composeMail } from '../mail/layout';
import type { Mail } from '../mail/mail';

/** The mail that carries a sign-in link. @param link an address of this site */
export function signInMail(to: string, link: string): Mail {
	return composeMail({
		to,
		template: 'signIn',
		subject: 'Sign in to Coda',
		preheader: `A link that works once, for ${LIMITS.signInMinutes} minutes.`,
		paragraphs: [`Sign in to Coda as ${to}.`],
		button: { label: 'Sign in', href: link },
		small: [
			`The link works once, for ${LIMITS.signInMinutes} minutes.`,
			'If you did not ask for it, ignore this mail: nothing happens.'
		]
	});
}
