import { LIMITS } from '$lib/limits';
import { exactTime } from '$lib/time';
import type { Mail } from '../email';
import { accountMail } from './mail-parts';

/** Whom a mail goes to, and the zone that its times are in. */
export interface Addressee {
	email: string;
	timeZone: string | null;
}

/** Carries the link that makes an address the account's. It goes to that address. */
export const changeEmailMail = (to: string, link: string): Mail =>
	accountMail({
		to,
		subject: 'Confirm your new address for Coda',
		says: [`Somebody wants their Coda account to go by ${to} from now on.`],
		button: { label: 'Use this address', link },
		small: [
			`The link works once, for ${LIMITS.signInMinutes} minutes, while that account is signed in.`,
			'If it was not you, ignore this mail: nothing happens.'
		]
	});

/** Tells the owner of an address that another account wants to go by it. */
export const addressTakenMail = (to: string, origin: string): Mail =>
	accountMail({
		to,
		subject: 'Your address was asked for at Coda',
		says: [
			`Somebody wants another Coda account to go by ${to}. It is the address of yours, so nothing happens.`,
			'If it was you: sign in here with this address, or change the address of this account first.'
		],
		button: { label: 'Sign in', link: `${origin}/sign-in` },
		small: ['If it was not you, ignore this mail.']
	});

/** Tells the present address that a change was asked for. */
export const changeAskedMail = (to: string, newEmail: string, origin: string): Mail =>
	accountMail({
		to,
		subject: 'The address of your Coda account is about to change',
		says: [
			`Somebody who is signed in as ${to} asked to change the address of this account to ${newEmail}.`,
			'It changes once the link in the mail to that address is used.',
			'If that was not you, end all other sessions and choose another password at once.'
		],
		button: { label: 'Look at your sessions', link: `${origin}/account/security` },
		small: ['If it was you, there is nothing to do here.']
	});

/** Tells the former address that it is that no more. */
export const emailChangedMail = (
	{ email, timeZone }: Addressee,
	newEmail: string,
	contact: string
): Mail =>
	accountMail({
		to: email,
		subject: 'The address of your Coda account has changed',
		says: [
			`Your account goes by ${newEmail} now, and no longer by ${email}. ${exactTime(new Date(), timeZone ?? 'UTC')}.`,
			`If that was not you, write to ${contact} at once.`
		]
	});

/** Tells when an account will be deleted, and how to keep it. */
export const deletionMail = (
	{ email, timeZone }: Addressee,
	deleteAfter: Date,
	origin: string
): Mail =>
	accountMail({
		to: email,
		subject: 'Your Coda account will be deleted',
		says: [
			`You asked to delete the account ${email}. On ${exactTime(deleteAfter, timeZone ?? 'UTC')} it goes, with every idea in it, and cannot be brought back.`,
			'To keep it, sign in before. Nothing else is needed.'
		],
		button: { label: 'Sign in and keep it', link: `${origin}/sign-in` },
		small: [
			'If you did not ask for it, sign in now and choose another password.',
			'If you want it deleted, there is nothing to do.'
		]
	});
