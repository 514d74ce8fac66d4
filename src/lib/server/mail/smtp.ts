import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool';
import { isLoopbackHost } from '../origin';
import { DeliveryError } from './delivery-error';
import type { MailTransport } from './transport';

const TIMEOUT_MS = 10_000;
/** Mails leave one after the other; a second connection is for a burst in the same process. */
const CONNECTIONS = 2;
const IMPLICIT_TLS_PORT = 465;

/** Which server, and as whom. */
export interface SmtpOptions {
	/** `smtp://user:pass@host:587`, or `smtps://…` for TLS from the first byte. */
	server: string;
	from: string;
	/** Who signed the server's certificate, when nobody else trusts them: PEM, or a file of it. */
	ca?: string;
	/** How long the server may be silent. */
	timeoutMs?: number;
}

/** What the pool knows besides its published options. */
interface PoolOptions extends SMTPPool.Options {
	/** How often the pool itself sends again what broke off. The outbox does that, and counts. */
	maxRequeues: number;
}

/**
 * Mail by SMTP. Nothing crosses a network without TLS: STARTTLS is demanded of every server that is not
 * on this machine, and of that one, too, where its certificate's authority is named.
 */
export function smtpTransport({ server, from, ca, timeoutMs }: SmtpOptions): MailTransport {
	const silence = timeoutMs ?? TIMEOUT_MS;
	const options: PoolOptions = {
		...connectionOf(server, ca),
		pool: true,
		maxConnections: CONNECTIONS,
		maxRequeues: 0,
		connectionTimeout: silence,
		greetingTimeout: silence,
		// An idle connection is given up after the same time.
		socketTimeout: silence,
		disableFileAccess: true,
		disableUrlAccess: true
	};
	const transporter = createTransport(options);
	// A connection that breaks while it is idle concerns nobody.
	transporter.on('error', () => undefined);
	return {
		name: 'smtp',
		close: () => transporter.close(),
		async send({ id, to, subject, text, html, headers }) {
			const messageId = `<${id}@${domainOf(from)}>`;
			try {
				await transporter.sendMail({
					...{ from, to, subject, text, html, messageId },
					headers: asTheyAre(headers)
				});
			} catch (error) {
				throw deliveryErrorOf(error);
			}
			return { providerId: messageId };
		}
	};
}

function connectionOf(server: string, ca: string | undefined) {
	const url = new URL(server);
	const secure = url.protocol === 'smtps:' || Number(url.port) === IMPLICIT_TLS_PORT;
	const isLocal = isLoopbackHost(url.hostname) && !ca;
	return {
		host: url.hostname.replace(/^\[|\]$/g, ''),
		port: Number(url.port) || (secure ? IMPLICIT_TLS_PORT : 587),
		secure,
		requireTLS: !secure && !isLocal,
		// Mail servers on this machine often have a certificate that nobody trusts.
		ignoreTLS: !secure && isLocal,
		...(url.username && {
			auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
		}),
		...(ca && { tls: { ca: pemOf(ca) } })
	};
}

/** Headers on one line each: a long address in one must not be broken, nor begin on the next line. */
const asTheyAre = (headers: Record<string, string>) =>
	Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name,
			{ prepared: true, foldLines: false, value }
		])
	);

/** The text of a certificate, which may be given as one line with `\n` in it, or as a file's name. */
const pemOf = (ca: string): string =>
	ca.startsWith('-----BEGIN') ? ca.replaceAll('\\n', '\n') : readFileSync(ca, 'utf8');

/** The part of an address behind the last at sign. */
function domainOf(from: string): string {
	return /@([a-z\d.-]+)>?\s*$/i.exec(from)?.[1] ?? 'localhost';
}

/** What nodemailer adds to the errors that it throws. */
interface SmtpError {
	message: string;
	code?: string;
	/** What the server answered: 451. */
	responseCode?: number;
	/** To which command. */
	command?: string;
}

/** Enhanced status codes (RFC 3463) that say: this mailbox is not there. */
const MAILBOX_IS_GONE = /\b5\.1\.(1|3|6|10)\b/;
/** Commands whose answer is about this mail or its recipient, and not about us. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA']);

function deliveryErrorOf(error: unknown): DeliveryError {
	const { message, code, responseCode = 0, command = '' } = error as SmtpError;
	const said = code === 'ETIMEDOUT' ? 'The mail server did not answer in time' : message;
	const words = code && !said.includes(code) ? `${said} (${code})` : said;
	// 521 and its neighbours are how a host says that it takes nothing now.
	const isFinal = responseCode >= 500 && Math.floor(responseCode / 10) !== 52;
	const isRefused = isFinal && ABOUT_THE_MAIL.has(command);
	const isGone = isRefused && command === 'RCPT TO' && MAILBOX_IS_GONE.test(message);
	return new DeliveryError(words, !isRefused, isGone);
}
