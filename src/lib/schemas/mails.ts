import * as z from 'zod';
import { LIMITS } from '../limits';
import { EmailAddress } from './account';

/** How a mail can stand, in the order in which it gets there. */
export const MAIL_STATES = [
	'pending',
	'sent',
	'delivered',
	'bounced',
	'failed',
	'withheld'
] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** Which mails of the log to list. */
export const ListMails = z.object({
	state: z.enum(MAIL_STATES, { error: 'There is no such state.' }).optional(),
	/** An address, or a part of one. */
	recipient: z.string().trim().toLowerCase().max(LIMITS.emailChars).optional(),
	cursor: z.string().max(500).optional()
});
export type ListMails = z.output<typeof ListMails>;

/** One mail of the log. */
export const MailId = z.object({ id: z.uuid({ error: 'That is not the id of a mail.' }) });
export type MailId = z.output<typeof MailId>;

/** An address that nothing is sent to. */
export const SuppressedAddress = z.object({ email: EmailAddress });
export type SuppressedAddress = z.output<typeof SuppressedAddress>;

/** What stands in the address of the page that stops mails. */
export const UnsubscribeToken = z.object({
	token: z.string({ error: 'The link is not complete.' }).max(300, 'The link is not complete.')
});
export type UnsubscribeToken = z.output<typeof UnsubscribeToken>;
