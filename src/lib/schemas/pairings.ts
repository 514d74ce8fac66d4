import * as z from 'zod';
import { readUserCode } from '#protocol/user-codes';
import { messageFor } from '$lib/messages';

/** A code as it was typed, in its one spelling. */
const userCode = z
	.string({ error: messageFor('pairing.code') })
	.max(100, messageFor('pairing.code'))
	.transform((typed, context) => {
		const code = readUserCode(typed);
		if (code) return code;
		context.addIssue({ code: 'custom', message: messageFor('pairing.code') });
		return z.NEVER;
	});

/** The code that a computer shows. */
export const FindPairing = z.object({ userCode });
export type FindPairing = z.output<typeof FindPairing>;

/** A pairing that was looked at, with its code once more: an id alone lets nobody in. */
export const DecidePairing = z.object({
	id: z.uuid({ error: messageFor('pairing.notFound') }),
	userCode
});
export type DecidePairing = z.output<typeof DecidePairing>;

/** What a computer polls with. */
export const PollPairing = z.object({ deviceCode: z.string().length(43) });
export type PollPairing = z.output<typeof PollPairing>;
