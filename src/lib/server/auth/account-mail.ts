import { LIMITS } from '$lib/limits';
import { exactTime } from '$lib/time';
import { composeMail } from '../mail/layout';
import type { Mail } from '../mail/mail';
import type { RequestOrigin } from '../request-context';
import { circumstances } from './notice-mail';

/** The account that a mail is about, as it was when the mail was written. */
export interface MailedAccount {
	id: string;
	email: string;
	timeZone: string | null;
}

/** Carries the link that makes an address the account's. It goes to that address. */
export const changeEmailMail = (to: string, link: string): Mail =>
	composeMail({
		to,
		template: 'changeEmail',
		subject: 'Confirm your new address for Coda',
		preheader: `A link that works once, for ${LIMITS.signInMinutes} minutes.`,
		paragraphs: [`Somebody wants their Coda account to go by ${to} from now on.`],
		button: { label: 'Use this address', href: link },
		small: [
			`The link works once, for ${LIMITS.signInMinutes} minutes, while that account is signed in.`,
			'If it was not you, ignore this mail: nothing happens.'
		]
	});

/** Tells the owner of an address that another account wants to go by it. */
export const addressTakenMail = (to: string, origin: string): Mail =>
	composeMail({
		to,
		template: 'addressTaken',
		subject: 'Your address was asked for at Coda',
		paragraphs: [
			`Somebody wants another Coda account to go by ${to}. It is the address of yours, so nothing happens.`,
			'If it was you: sign in here with this address, or change the address of this account first.'
		],
		button: { label: 'Sign in', href: `${origin}/sign-in` },
		small: ['If it was not you, ignore this mail.']
	});

/** Tells the present address that a change was asked for. */
export const changeAskedMail = (
	account: MailedAccount,
	newEmail: string,
	{ from, origin }: { from?: RequestOrigin; origin: string }
): Mail =>
	composeMail({
		to: account.email,
		userId: account.id,
		template: 'changeEmailAsked',
		subject: 'The address of your Coda account is about to change',
		paragraphs: [
			`Somebody who is signed in as ${account.email} asked to change the address of this account to ${newEmail}. It changes once the link in the mail to that address is used.`,
			'If that was not you, end all other sessions and choose another password at once. If it was, there is nothing to do here.'
		],
		facts: circumstances(account, from),
		button: { label: 'Look at your sessions', href: `${origin}/account/security` }
	});

/** Tells the former address that it is that no more. @param contact whoever runs this Coda */
export const emailChangedMail = (
	account: MailedAccount,
	newEmail: string,
	{ from, contact }: { from?: RequestOrigin; contact: string }
): Mail =>
	composeMail({
		to: account.email,
		userId: account.id,
		template: 'emailChanged',
		subject: 'The address of your Coda account has changed',
		paragraphs: [
			`Your account goes by ${newEmail} now, and no longer by ${account.email}.`,
			`If that was not you, write to ${contact} at once.`
		],
		facts: circumstances(account, from)
	});

/** Tells when an account will be deleted, who asked for it, and how to keep it. */
export const deletionMail = (
	account: MailedAccount,
	deleteAfter: Date,
	{ origin, byAdmin }: { origin: string; byAdmin: boolean }
): Mail =>
	composeMail({
		to: account.email,
		userId: account.id,
		template: 'accountLeaving',
		subject: 'Your Coda account will be deleted',
		paragraphs: [
			`${byAdmin ? 'An administrator' : 'You'} asked to delete the account ${account.email}. On ${exactTime(deleteAfter, account.timeZone ?? 'UTC')} it goes, with every idea in it, and cannot be brought back.`,
			'To keep it, sign in before. Nothing else is needed.'
		],
		button: { label: 'Sign in and keep it', href: `${origin}/sign-in` },
		small: [
			...(byAdmin ? [] : ['If you did not ask for it, sign in now and choose another password.']),
			'If you want it deleted, there is nothing to do.'
		]
	});
