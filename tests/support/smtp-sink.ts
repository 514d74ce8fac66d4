import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** An SMTP server that keeps what it is given. */
export interface SmtpSink {
	url: string;
	/** The mails as they came over the wire. */
	mails: string[];
	stop(): Promise<void>;
}

/** Starts an SMTP server on a free port of this machine; it asks for no password and no TLS. */
export async function startSmtpSink(): Promise<SmtpSink> {
	const mails: string[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		onData(stream, _session, done) {
			let mail = '';
			stream.on('data', (chunk: Buffer) => (mail += chunk.toString()));
			stream.on('end', () => {
				mails.push(mail);
				done();
			});
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
	const { port } = server.server.address() as AddressInfo;
	return {
		url: `smtp://127.0.0.1:${port}`,
		mails,
		stop: () => new Promise((resolve) => server.close(() => resolve()))
	};
}
