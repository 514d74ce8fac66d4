import { createTransport, type Transporter } from 'nodemailer';
import { Resend } from 'resend';
import { env } from './env';
import { log } from './log';

/** One mail to one address. */
export interface Mail {
	to: string;
	subject: string;
	text: string;
	html: string;
}

/** The way out for mail: resolves when the next hop has taken it, else throws with its reason. */
export interface MailTransport {
	readonly name: 'stream' | 'smtp' | 'resend';
	send(mail: Mail, idempotencyKey: string): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/** Mail by SMTP. @param server `smtp://user:pass@host:587` */
export function smtpTransport(server: string): MailTransport {
	const transporter: Transporter = createTransport({
		url: server,
		connectionTimeout: TIMEOUT_MS,
		greetingTimeout: TIMEOUT_MS,
		socketTimeout: TIMEOUT_MS
	});
	return {
		name: 'smtp',
		async send(mail, idempotencyKey) {
			await transporter.sendMail({
				...mail,
				from: env().EMAIL_FROM,
				messageId: `<${idempotencyKey}@coda>`
			});
		}
	};
}

/** Mail through Resend. */
function resendTransport(apiKey: string): MailTransport {
	const client = new Resend(apiKey);
	return {
		name: 'resend',
		async send(mail, idempotencyKey) {
			// The SDK answers with an error and does not throw.
			const { error } = await client.emails.send(
				{ ...mail, from: env().EMAIL_FROM },
				{ idempotencyKey }
			);
			if (error) throw new Error(`Resend refused the mail: ${error.name}: ${error.message}`);
		}
	};
}

/** For development: the mail stays in the outbox, where `/dev/inbox` shows it, and its links are printed. */
const stream: MailTransport = {
	name: 'stream',
	async send(mail) {
		const [link] = linksIn(mail.text);
		console.info(`Mail to ${mail.to}: ${mail.subject}${link ? `\n  ${link}` : ''}`);
	}
};

let transport: MailTransport | undefined;

/** The transport that the environment names: Resend when it has a key, else SMTP, else the stream. */
export function mailTransport(): MailTransport {
	if (transport) return transport;
	const { EMAIL_SERVER, RESEND_API_KEY, tier } = env();
	if (RESEND_API_KEY) transport = resendTransport(RESEND_API_KEY);
	else if (EMAIL_SERVER && EMAIL_SERVER !== 'stream') transport = smtpTransport(EMAIL_SERVER);
	else transport = stream;
	if (transport === stream && tier === 'production') {
		log('error', 'Mail goes nowhere: neither EMAIL_SERVER nor RESEND_API_KEY is set');
	}
	return transport;
}

/** The addresses that a text mentions, in order. */
export function linksIn(text: string): string[] {
	return text.match(/https?:\/\/[^\s<>"]+/g) ?? [];
}
