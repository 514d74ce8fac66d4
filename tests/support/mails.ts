import { db } from '$lib/server/db';
import { linksIn, type Mail } from '$lib/server/mail/mail';
import { open } from '$lib/server/seal';

/** The mails to an address that wait or were kept by the stream, the newest first. */
export async function mailsTo(address: string): Promise<Mail[]> {
	const rows = await db.outboxMessage.findMany({
		where: { payload: { not: null } },
		orderBy: { createdAt: 'desc' }
	});
	return rows
		.map(({ payload }) => JSON.parse(open('outbox', payload ?? '')) as Mail)
		.filter(({ to }) => to === address);
}

/** The token in the link of the newest mail to an address. */
export async function tokenFor(address: string): Promise<string> {
	const [mail] = await mailsTo(address);
	const link = linksIn(mail?.text ?? '').find((one) => one.includes('token='));
	return new URL(link ?? 'http://none/').searchParams.get('token') ?? '';
}
