import * as z from 'zod';
import { LIMITS } from '../limits';
import { codePoints, text } from './text';

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
