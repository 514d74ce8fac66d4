import { exactTime } from '$lib/time';
import { browserInWords } from '$lib/user-agent';
import { composeMail } from '../mail/layout';
import type { Mail } from '../mail/mail';
import type { RequestOrigin } from '../request-context';
import type { Account } from './accounts';

/** When something was done, and where as far as it is known. */
export function circumstances({ timeZone }: Pick<Account, 'timeZone'>, from?: RequestOrigin) {
	const facts: [string, string | null | undefined][] = [
		['When', exactTime(new Date(), timeZone ?? 'UTC')],
		['Browser', from && browserInWords(from.userAgent)],
		['Address', from?.address === 'unknown' ? null : from?.address],
		['Place', from?.place]
	];
	return facts.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}

/** Tells of a sign-in with a browser that the account has not been used with. */
export function newBrowserMail(
	account: Pick<Account, 'id' | 'email' | 'timeZone'>,
	from: RequestOrigin,
	origin: string
): Mail {
	return composeMail({
		to: account.email,
		userId: account.id,
		template: 'newBrowser',
		subject: 'A new browser signed in to your Coda account',
		paragraphs: [
			`Somebody signed in as ${account.email} with a browser that was not used before.`,
			'If that was you, there is nothing to do. If not, end that session and choose another password.'
		],
		facts: circumstances(account, from),
		button: { label: 'Look at your sessions', href: `${origin}/account/security` }
	});
}

/** Tells of a computer that somebody let in. @param from nothing when no request is known */
export function newComputerMail(
	account: Pick<Account, 'id' | 'email' | 'timeZone'>,
	computer: { name: string; hostname: string },
	{ from, origin }: { from?: RequestOrigin; origin: string }
): Mail {
	return composeMail({
		to: account.email,
		userId: account.id,
		template: 'newComputer',
		subject: 'A computer was paired with your Coda account',
		paragraphs: [
			`Somebody signed in as ${account.email} paired a computer. Terminals on it can be opened from that account.`,
			'If that was you, there is nothing to do. If not, unpair it at once, and end the session that did it.'
		],
		facts: [
			['Computer', computer.name],
			['Host name', computer.hostname],
			...circumstances(account, from)
		],
		button: { label: 'Look at your computers', href: `${origin}/devices` }
	});
}

/** What can happen to a password, and the words for it. */
const PASSWORD_CHANGES = {
	'password.set': 'now has a password',
	'password.change': 'has a new password',
	'password.reset': 'has a new password, chosen by a link in a mail',
	'password.remove': 'no longer has a password: links by mail are the way in'
} as const;

/** What happened to a password, as the audit trail names it. */
export type PasswordChange = keyof typeof PASSWORD_CHANGES;

/** Tells of a new, changed or removed password. @param from nothing when no request is known */
export function passwordMail(
	account: Pick<Account, 'id' | 'email' | 'timeZone'>,
	change: PasswordChange,
	{ from, origin }: { from?: RequestOrigin; origin: string }
): Mail {
	return composeMail({
		to: account.email,
		userId: account.id,
		template: 'passwordChanged',
		subject: 'The password of your Coda account',
		paragraphs: [
			`Your account ${account.email} ${PASSWORD_CHANGES[change]}. Every other browser was signed out.`,
			'If that was you, there is nothing to do. If not, choose another password at once.'
		],
		facts: circumstances(account, from),
		button: { label: 'Choose another password', href: `${origin}/sign-in/forgot` }
	});
}

/** Tells that signing in took the deletion of an account back. */
export function keptMail({ id, email }: Pick<Account, 'id' | 'email'>): Mail {
	return composeMail({
		to: email,
		userId: id,
		template: 'accountKept',
		subject: 'Your Coda account stays',
		paragraphs: [
			`The account ${email} was going to be deleted. Somebody signed in, so it stays, with everything in it.`,
			'To delete it after all, ask for it again under “Your data”.'
		]
	});
}
