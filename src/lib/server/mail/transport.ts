import { env } from '../env';
import { log } from '../log';
import type { Mail } from './mail';
import { resendTransport } from './resend';
import { smtpTransport } from './smtp';
import { stream } from './stream';

/** A mail on its way out. */
export interface Letter extends Pick<Mail, 'to' | 'subject' | 'text' | 'html' | 'template'> {
	/** Of its row in the outbox: the same at every attempt, so that a second one can be told. */
	id: string;
	headers: Record<string, string>;
}

/** The way out for mail. */
export interface MailTransport {
	readonly name: 'stream' | 'smtp' | 'resend';
	/**
	 * Resolves when the next hop has taken the mail, with its name for it where it has one.
	 *
	 * @param signal when it is aborted, nobody waits any more, and the mail must not leave later
	 * @throws DeliveryError
	 */
	send(letter: Letter, signal?: AbortSignal): Promise<{ providerId?: string }>;
	/** Lets go of what is kept open for the next mail. */
	close?(): void;
}

let transport: MailTransport | undefined;

/** The transport that the environment names: Resend when it has a key, else SMTP, else the stream. */
export function mailTransport(): MailTransport {
	if (transport) return transport;
	const { EMAIL_SERVER, EMAIL_SERVER_CA, EMAIL_FROM: from, RESEND_API_KEY, tier } = env();
	if (RESEND_API_KEY) {
		transport = resendTransport({ apiKey: RESEND_API_KEY, from });
	} else if (EMAIL_SERVER && EMAIL_SERVER !== 'stream') {
		transport = smtpTransport({ server: EMAIL_SERVER, from, ca: EMAIL_SERVER_CA });
	} else {
		transport = stream;
	}
	if (transport === stream && tier === 'production') {
		log('error', 'Mail goes nowhere: neither EMAIL_SERVER nor RESEND_API_KEY is set');
	}
	return transport;
}

/** Closes what a transport keeps open, before the process ends. */
export function closeMailTransport(): void {
	transport?.close?.();
	transport = undefined;
}
