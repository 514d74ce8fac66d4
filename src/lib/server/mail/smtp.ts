import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool';
import { isLoopbackHost } from '../origin';
import { DeliveryError } from './delivery-error';
import { openSocket, type OnSocket } from './smtp-socket';
import type { MailTransport } from './transport';

/** How long a server may take until it is there, and greets. */
const GREETING_MS = 10_000;
/**
 * How long it may be silent afterwards. Servers that look into a mail answer its last line late; whoever
 * does not wait sends it again. It is less than an attempt may take.
 */
const SILENCE_MS = 40_000;
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
	/** How long the server may be silent, at any time. */
	timeoutMs?: number;
}

/** What the pool knows besides its published options. */
interface PoolOptions extends SMTPPool.Options {
	/** Names who opens its sockets: `proxy_handler_<scheme>`. */
	proxy: string;
	/** How often the pool itself sends again what broke off. The outbox does that, and counts. */
	maxRequeues: number;
}

/**
 * Mail by SMTP. Nothing crosses a network without TLS: STARTTLS is demanded of every server that is not
 * on this machine, and of that one, too, where its certificate's authority is named.
 */
export function smtpTransport({ server, from, ca, timeoutMs }: SmtpOptions): MailTransport {
	const options: PoolOptions = {
		...connectionOf(server, ca),
		pool: true,
		maxConnections: 1,
		maxRequeues: 0,
		proxy: 'socket://ours',
		connectionTimeout: timeoutMs ?? GREETING_MS,
		greetingTimeout: timeoutMs ?? GREETING_MS,
		// An idle connection is given up after the same time.
		socketTimeout: timeoutMs ?? SILENCE_MS,
		disableFileAccess: true,
		disableUrlAccess: true
	};
	let lines = Array.from({ length: CONNECTIONS }, () => openLine(options));
	return {
		name: 'smtp',
		close: () => lines.forEach(({ transporter }) => transporter.close()),
		async send({ id, to, subject, text, html, headers }, signal) {
			const messageId = `<${id}@${domainOf(from)}>`;
			const line = lines.reduce((free, one) => (one.mails < free.mails ? one : free));
			const giveUp = () => {
				line.cut();
				lines = lines.map((one) => (one === line ? openLine(options) : one));
			};
			signal?.addEventListener('abort', giveUp, { once: true });
			line.mails += 1;
			try {
				await line.transporter.sendMail({
					...{ from, to, subject, text, html, messageId },
					headers: asTheyAre(headers)
				});
			} catch (error) {
				throw deliveryErrorOf(error);
			} finally {
				line.mails -= 1;
				signal?.removeEventListener('abort', giveUp);
			}
			return { providerId: messageId };
		}
	};
}

/** One connection, opened for the first mail and kept for the next, over which mails leave in turn. */
function openLine(options: PoolOptions) {
	const transporter = createTransport(options);
	// A connection that breaks while it is idle concerns nobody.
	transporter.on('error', () => undefined);
	let socket: Socket | undefined;
	transporter.set('proxy_handler_socket', (_: unknown, pool: PoolOptions, done: OnSocket) => {
		socket = openSocket(pool, done);
	});
	return {
		transporter,
		/** On their way, or waiting for their turn. */
		mails: 0,
		/** Ends it at once: what has not left does not leave any more. */
		cut() {
			transporter.close();
			socket?.destroy();
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
