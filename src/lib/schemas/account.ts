import * as z from 'zod';
import { LIMITS } from '../limits';
import { isTimeZone } from '../time';
import { codePoints, line, text } from './text';

/** An e-mail address, in lower case: that is how accounts are named. */
export const EmailAddress = z
	.string({ error: 'Type your e-mail address.' })
	.trim()
	.toLowerCase()
	.min(1, 'Type your e-mail address.')
	.max(LIMITS.emailChars, `An e-mail address has at most ${LIMITS.emailChars} characters.`)
	.pipe(z.email({ error: 'That is not an e-mail address.' }));

/**
 * A password that somebody chooses: its length in code points after NFC, and nothing of how it is composed.
 * Whether it is easily guessed is for the server to say.
 */
export const NewPassword = z
	.string({ error: 'Choose a password.' })
	.min(1, 'Choose a password.')
	.pipe(text({ label: 'Password', maxChars: LIMITS.passwordMaxChars }))
	.refine(
		(password) => codePoints(password) >= LIMITS.passwordMinChars,
		`A password has at least ${LIMITS.passwordMinChars} characters.`
	);

/** A password that somebody has already. One that could never have been chosen is simply wrong. */
export const PresentPassword = z
	.string({ error: 'Type your password.' })
	.min(1, 'Type your password.')
	.max(LIMITS.passwordMaxChars * 4, 'That is not your password.');

/** The two fields of the forms that sign in and sign up. */
export const SignInWithPassword = z.object({ email: EmailAddress, password: PresentPassword });
export const SignUp = z.object({ email: EmailAddress, password: NewPassword });

/** A new password in place of another one, which is asked for where the sign-in is not fresh. */
export const ChangePassword = z.object({
	password: NewPassword,
	current: PresentPassword.optional()
});
export type ChangePassword = z.output<typeof ChangePassword>;

/** A first password. */
export const SetPassword = z.object({ password: NewPassword });
export type SetPassword = z.output<typeof SetPassword>;

/** Doing without a password is confirmed. */
export const RemovePassword = z.object({
	confirmed: z.literal(true, { error: 'Confirm that you want to do without a password.' })
});

/** What people call themselves; an empty name is none. */
const name = line({ label: 'Name', maxChars: LIMITS.personNameChars }).transform(
	(value) => value || null
);

/** The name of a zone as Intl knows it: `Europe/Berlin`. */
const timeZone = z
	.string({ error: 'Choose a time zone.' })
	.max(64, 'There is no such time zone.')
	.refine(isTimeZone, 'There is no such time zone.');

/** What changes of a profile; the rest stays. */
export const UpdateProfile = z
	.object({ name: name.optional(), timeZone: timeZone.optional() })
	.refine((changes) => Object.keys(changes).length > 0, { error: 'Nothing to change.' });
export type UpdateProfile = z.output<typeof UpdateProfile>;

/** The zone that a browser says it is in. */
export const NoteTimeZone = z.object({ timeZone });
export type NoteTimeZone = z.output<typeof NoteTimeZone>;

/** The address that an account shall go by. */
export const RequestEmailChange = z.object({ email: EmailAddress });
export type RequestEmailChange = z.output<typeof RequestEmailChange>;

/** The token of a link from a mail. */
export const LinkToken = z.object({
	token: z.string({ error: 'This link is not complete.' }).min(1).max(128)
});
export type LinkToken = z.output<typeof LinkToken>;

/** Deleting an account: its address is typed, so that it does not happen by accident. */
export const RequestDeletion = z.object({
	email: z
		.string({ error: 'Type your e-mail address.' })
		.trim()
		.toLowerCase()
		.min(1, 'Type your e-mail address.')
		.max(LIMITS.emailChars * 2, 'That is not the address of this account.')
});
export type RequestDeletion = z.output<typeof RequestDeletion>;

/** Something without any other input, so that no call does it by accident. */
export const Confirmed = z.object({ confirmed: z.literal(true, { error: 'Confirm it.' }) });
