import * as z from 'zod';
import { LIMITS } from '../limits';

/** An e-mail address, in lower case: that is how accounts are named. */
export const EmailAddress = z
	.string({ error: 'Type your e-mail address.' })
	.trim()
	.toLowerCase()
	.min(1, 'Type your e-mail address.')
	.max(LIMITS.emailChars, `An e-mail address has at most ${LIMITS.emailChars} characters.`)
	.pipe(z.email({ error: 'That is not an e-mail address.' }));
