import { Resend } from 'resend';
import * as z from 'zod';
import { recordMailEvent, type MailEvent } from '../services/mail-events';
import { OUTBOX_TAG } from './resend';

/** Writes down what an event says of a mail. @returns whether it was about one of ours, and new */
export async function hearFromResend(body: string): Promise<boolean> {
	const event = mailEventOf(body);
	return event ? recordMailEvent(event) : false;
}

/** Whether Resend signed it; the time in the signature may be five minutes off. */
export function isFromResend(body: string, headers: Headers, secret: string): boolean {
	const header = (name: string) => headers.get(name) ?? '';
	try {
		// Verifying asks nobody, so that any key will do.
		new Resend('re_none').webhooks.verify({
			payload: body,
			headers: {
				id: header('svix-id'),
				timestamp: header('svix-timestamp'),
				signature: header('svix-signature')
			},
			webhookSecret: secret
		});
		return true;
	} catch {
		return false;
	}
}

/** What only some events have, in whatever form it comes; without it the rest is still of use. */
const perhaps = <T extends z.ZodType>(shape: T) => shape.optional().catch(undefined);

const data = z.object({
	email_id: z.string(),
	to: z.array(z.string()).catch([]),
	tags: perhaps(z.record(z.string(), z.string())),
	bounce: perhaps(z.object({ message: z.string(), type: z.string(), subType: z.string() })),
	failed: perhaps(z.object({ reason: z.string() })),
	suppressed: perhaps(z.object({ message: z.string() }))
});

const ResendEvent = z.object({ type: z.string(), created_at: z.coerce.date(), data });

/** What an event says of a mail, or nothing when it is about something else. */
function mailEventOf(body: string): MailEvent | undefined {
	const parsed = ResendEvent.safeParse(JSON.parse(body));
	if (!parsed.success) return undefined;
	const { type, created_at: at, data } = parsed.data;
	const tag = z.uuid().safeParse(data.tags?.[OUTBOX_TAG]);
	const about = { providerId: data.email_id, messageId: tag.data, at };
	const [to] = data.to;
	switch (type) {
		case 'email.delivered':
			return { ...about, kind: 'delivered' };
		case 'email.bounced': {
			const { type: bounce = '', subType = '', message = '' } = data.bounce ?? {};
			const reason = `Bounced (${bounce}, ${subType}): ${message}`;
			// A full mailbox may have room tomorrow.
			const suppress = bounce === 'Permanent' ? to : undefined;
			return { ...about, kind: 'returned', reason, suppress };
		}
		case 'email.complained':
			return { ...about, kind: 'returned', reason: 'It was reported as spam.', suppress: to };
		case 'email.suppressed': {
			const reason = `Resend sends nothing there: ${data.suppressed?.message ?? ''}`;
			return { ...about, kind: 'returned', reason, suppress: to };
		}
		case 'email.failed':
			return { ...about, kind: 'returned', reason: `Not sent: ${data.failed?.reason ?? ''}` };
		default:
			return undefined;
	}
}
