import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Certificate } from './certificate.ts';

/** How the server behaves where it is more than a sink. */
export interface SmtpBehaviour {
	/** It offers STARTTLS with this. */
	certificate?: Certificate;
	/** It takes mail from this account only. */
	account?: { user: string; pass: string };
	/** Before it greets. What is thrown is its answer; a promise that stays open is a silence. */
	greet?: () => void | Promise<void>;
	/** When it hears who the mail is for. */
	recipient?: (address: string) => void | Promise<void>;
	/** When the mail's text begins to arrive. */
	text?: () => void | Promise<void>;
	/** When it has all of a mail, before it says so. */
	taken?: () => void | Promise<void>;
}

/** An SMTP server that keeps what it is given. */
export interface SmtpSink {
	url: string;
	port: number;
	/** The mails as they came over the wire. */
	mails: string[];
	/** How many connections were encrypted when they brought a mail. */
	encrypted: number;
	/** How many connections there were. */
	connections: number;
	stop(): Promise<void>;
}

/** The answer of a server that says no. @param words with the enhanced status code in front */
export const smtpRefusal = (responseCode: number, words: string): Error =>
	Object.assign(new Error(words), { responseCode });

/**
 * Starts an SMTP server on a free port of this machine. Unless it is told otherwise it asks for no
 * password and offers no TLS.
 */
export async function startSmtpSink(behaviour: SmtpBehaviour = {}): Promise<SmtpSink> {
	const { certificate, account, greet, recipient, text, taken } = behaviour;
	const sink: SmtpSink = {
		url: '',
		port: 0,
		mails: [],
		encrypted: 0,
		connections: 0,
		stop: () => new Promise((resolve) => server.close(() => resolve()))
	};
	const server = new SMTPServer({
		...certificate,
		closeTimeout: 100,
		authOptional: !account,
		disabledCommands: certificate ? [] : ['STARTTLS'],
		onConnect(_session, done) {
			sink.connections += 1;
			answer(greet, done);
		},
		onAuth({ username, password }, _session, done) {
			const isRight = username === account?.user && password === account?.pass;
			if (isRight) done(null, { user: username });
			else done(smtpRefusal(535, '5.7.8 Authentication credentials invalid'));
		},
		onRcptTo({ address }, _session, done) {
			answer(() => recipient?.(address), done);
		},
		onData(stream, session, done) {
			let mail = '';
			void text?.();
			stream.on('data', (chunk: Buffer) => (mail += chunk.toString()));
			stream.on('end', () => {
				answer(taken, (error) => {
					if (!error) {
						sink.mails.push(mail);
						if (session.secure) sink.encrypted += 1;
					}
					done(error);
				});
			});
		}
	});
	// A client that hangs up is what some tests are about.
	server.on('error', () => undefined);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
	sink.port = (server.server.address() as AddressInfo).port;
	sink.url = `smtp://127.0.0.1:${sink.port}`;
	return sink;
}

function answer(ask: (() => unknown) | undefined, done: (error?: Error | null) => void): void {
	Promise.resolve()
		.then(ask)
		.then(
			() => done(),
			(error: Error) => done(error)
		);
}
