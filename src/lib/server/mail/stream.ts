import { linksIn } from './mail';
import type { MailTransport } from './transport';

/** For development: the mail stays in the outbox, where `/dev/inbox` shows it, and its link is printed. */
export const stream: MailTransport = {
	name: 'stream',
	async send({ to, subject, text }) {
		const [link] = linksIn(text);
		console.info(`Mail to ${to}: ${subject}${link ? `\n  ${link}` : ''}`);
		return {};
	}
};
