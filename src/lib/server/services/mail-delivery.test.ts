import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeCertificate } from '#tests/support/certificate';
import { smtpRefusal, startSmtpSink, type SmtpBehaviour } from '#tests/support/smtp-sink';
import { startTcpProxy } from '#tests/support/tcp-proxy';
import { db } from '../db';
import { smtpTransport, type SmtpOptions } from '../mail/smtp';
import { deliverOutbox, enqueueMail } from './outbox';

const from = 'Coda <coda@coda.example>';
const mail = {
	to: 'ada@example.com',
	template: 'test',
	subject: 'Hello',
	text: 'Hello Ada',
	html: '<p>Hello Ada</p>'
};
const certificate = makeCertificate();

let stops: (() => unknown)[] = [];

beforeAll(() => {
	for (const level of ['info', 'warn', 'error'] as const) {
		vi.spyOn(console, level).mockImplementation(() => undefined);
	}
});
afterAll(() => vi.restoreAllMocks());

beforeEach(async () => {
	await db.outboxMessage.deleteMany();
	await db.mailSuppression.deleteMany();
	return async () => {
		for (const stop of stops.reverse()) await stop();
		stops = [];
	};
});

/** An SMTP server for this test. */
async function sinkFor(behaviour?: SmtpBehaviour) {
	const sink = await startSmtpSink(behaviour);
	stops.push(() => sink.stop());
	return sink;
}

/** Sends what is due to a server. */
async function deliverTo(server: string, options: Partial<SmtpOptions> = {}) {
	const transport = smtpTransport({ server, from, ...options });
	stops.push(() => transport.close?.());
	return deliverOutbox(transport);
}

const enqueue = (given: Partial<typeof mail> = {}) =>
	db.$transaction((tx) => enqueueMail(tx, { ...mail, ...given }));
const row = (id: string) => db.outboxMessage.findUniqueOrThrow({ where: { id } });
/** As if the time until the next attempt had passed. */
const becomeDue = (id: string) =>
	db.outboxMessage.update({ where: { id }, data: { nextAttemptAt: new Date() } });

describe('a mail server with TLS and a password', () => {
	const account = { user: 'coda', pass: 'p@ss/word' };
	const withPassword = (port: number, pass = account.pass) =>
		`smtp://coda:${encodeURIComponent(pass)}@127.0.0.1:${port}`;

	test('gets the mail encrypted and as whom it knows', async () => {
		const sink = await sinkFor({ certificate, account });
		const id = await enqueue();

		await deliverTo(withPassword(sink.port), { ca: certificate.cert });

		expect(sink).toMatchObject({ encrypted: 1, connections: 1 });
		expect(sink.mails[0]).toContain(`Message-ID: <${id}@coda.example>`);
		expect(sink.mails[0]).toContain('Auto-Submitted: auto-generated');
		expect(sink.mails[0]).toMatch(/^Date: /m);
		expect(sink.mails[0]).not.toContain('List-Unsubscribe');
		expect(await row(id)).toMatchObject({
			state: 'sent',
			transport: 'smtp',
			providerId: `<${id}@coda.example>`,
			attempts: 1,
			payload: null
		});
	});

	test('gets several mails over one connection', async () => {
		const sink = await sinkFor({ certificate, account });
		for (let n = 0; n < 5; n += 1) await enqueue();

		await deliverTo(withPassword(sink.port), { ca: certificate.cert });

		expect(sink).toMatchObject({ encrypted: 5, connections: 1 });
	});

	test('is waited for while the password is wrong, because that can be mended', async () => {
		const sink = await sinkFor({ certificate, account });
		const id = await enqueue();

		await deliverTo(withPassword(sink.port, 'wrong'), { ca: certificate.cert });

		expect(sink.mails).toEqual([]);
		expect(await row(id)).toMatchObject({ state: 'pending', attempts: 1 });
		expect((await row(id)).lastError).toMatch(/535.*credentials/);

		await becomeDue(id);
		await deliverTo(withPassword(sink.port), { ca: certificate.cert });

		expect(sink.mails).toHaveLength(1);
		expect(await row(id)).toMatchObject({ state: 'sent', lastError: null, attempts: 2 });
	});

	test('gets nothing while nobody vouches for its certificate', async () => {
		const sink = await sinkFor({ certificate, account });
		const id = await enqueue();

		await deliverTo(withPassword(sink.port), { ca: makeCertificate().cert });

		expect(sink.mails).toEqual([]);
		expect((await row(id)).lastError).toMatch(/self.signed|certificate/i);
	});

	test('gets nothing when TLS is due and it offers none', async () => {
		const sink = await sinkFor();
		const id = await enqueue();

		await deliverTo(sink.url, { ca: certificate.cert });

		expect(sink.mails).toEqual([]);
		expect(await row(id)).toMatchObject({ state: 'pending' });
		expect((await row(id)).lastError).toMatch(/STARTTLS|ETLS/);
	});
});

describe('a mail server in trouble', () => {
	const silence = () => new Promise<void>(() => undefined);
	/** How long silence is listened to here. Whatever answers has the usual time. */
	const patience = { timeoutMs: 1_000 };

	const troubles: { what: string; behaviour: SmtpBehaviour; words: RegExp; options?: object }[] = [
		{
			what: 'hangs before it greets',
			behaviour: { greet: silence },
			words: /did not answer in time/,
			options: patience
		},
		{
			what: 'takes no connections',
			behaviour: { greet: () => Promise.reject(smtpRefusal(554, '5.3.2 No service here')) },
			words: /554/
		},
		{
			what: 'takes nothing now',
			behaviour: { recipient: () => Promise.reject(smtpRefusal(521, '5.3.2 Not now')) },
			words: /521/
		},
		{
			what: 'has no room for a moment',
			behaviour: { taken: () => Promise.reject(smtpRefusal(452, '4.3.1 Disk full')) },
			words: /452/
		},
		{
			what: 'hangs while it hears who it is for',
			behaviour: { recipient: silence },
			words: /did not answer in time/,
			options: patience
		}
	];

	test.each(troubles)('that $what is tried again later, and gets it once', async (trouble) => {
		const { behaviour, words, options } = trouble;
		const broken = await sinkFor(behaviour);
		const mended = await sinkFor();
		const id = await enqueue();

		expect(await deliverTo(broken.url, options)).toMatchObject({ sent: 0, failed: 1, withheld: 0 });
		const waiting = await row(id);
		expect(waiting).toMatchObject({ state: 'pending', attempts: 1, transport: 'smtp' });
		expect(waiting.lastError).toMatch(words);
		expect(waiting.nextAttemptAt.valueOf()).toBeGreaterThan(Date.now() + 5_000);
		expect(await deliverTo(mended.url), 'not before its time').toMatchObject({ sent: 0 });

		await becomeDue(id);
		await deliverTo(mended.url);

		expect([broken.mails.length, mended.mails.length]).toEqual([0, 1]);
		expect(await row(id)).toMatchObject({ state: 'sent', lastError: null, payload: null });
		expect(await db.mailSuppression.count()).toBe(0);
	});

	test('gets nothing any more from an attempt that was given up, and the next mail', async () => {
		let hear = () => undefined as void;
		let goOn = () => undefined as void;
		const heard = new Promise<void>((resolve) => (hear = resolve));
		const slow = new Promise<void>((resolve) => (goOn = resolve));
		const sink = await sinkFor({
			recipient() {
				hear();
				return slow;
			}
		});
		const transport = smtpTransport({ server: sink.url, from });
		stops.push(() => transport.close?.());
		const givenUp = new AbortController();

		const sending = transport.send({ ...mail, id: 'first', headers: {} }, givenUp.signal);
		await heard;
		givenUp.abort();
		await expect(sending).rejects.toThrow();
		goOn();
		await transport.send({ ...mail, id: 'second', headers: {} });

		expect(sink.mails).toHaveLength(1);
		expect(sink.mails[0]).toContain('<second@coda.example>');
	});

	test('that greylists a stranger takes it the second time', async () => {
		const known = new Set<string>();
		const sink = await sinkFor({
			recipient(address) {
				if (known.has(address)) return;
				known.add(address);
				throw smtpRefusal(451, '4.7.1 Greylisted, come back later');
			}
		});
		const id = await enqueue();

		await deliverTo(sink.url);
		expect(await row(id)).toMatchObject({ state: 'pending', attempts: 1 });
		expect((await row(id)).lastError).toContain('Greylisted');
		await becomeDue(id);
		await deliverTo(sink.url);

		expect(sink.mails).toHaveLength(1);
		expect(await row(id)).toMatchObject({ state: 'sent', attempts: 2 });
	});

	test('that breaks off in the middle of the text gets it once, at the second attempt', async () => {
		let isBroken = true;
		const sink = await sinkFor({ text: () => (isBroken ? proxy.cut() : undefined) });
		const proxy = await startTcpProxy({ host: '127.0.0.1', port: sink.port });
		stops.push(() => proxy.stop());
		const id = await enqueue({ text: 'x'.repeat(200_000) });

		await deliverTo(`smtp://127.0.0.1:${proxy.port}`);

		expect(await row(id)).toMatchObject({ state: 'pending', attempts: 1 });
		expect((await row(id)).lastError).toMatch(/ECONN|ESOCKET|EPIPE|closed|reset/i);
		expect(sink).toMatchObject({ mails: [], connections: 1 });

		isBroken = false;
		await proxy.mend();
		await becomeDue(id);
		await deliverTo(`smtp://127.0.0.1:${proxy.port}`);

		expect(sink.mails).toHaveLength(1);
		expect(await row(id)).toMatchObject({ state: 'sent', attempts: 2 });
	});

	test('that takes it but says so too late gets it again under the same Message-ID', async () => {
		let sayIt = () => undefined as void;
		const late = new Promise<void>((resolve) => (sayIt = resolve));
		const sink = await sinkFor({ taken: () => late });
		const id = await enqueue();

		await deliverTo(sink.url, patience);
		expect((await row(id)).state).toBe('pending');
		sayIt();
		await becomeDue(id);
		await deliverTo(sink.url);

		const ids = sink.mails.map((text) => /^Message-ID: (.*)$/m.exec(text)?.[1]?.trim());
		expect(ids).toEqual([`<${id}@coda.example>`, `<${id}@coda.example>`]);
		expect((await row(id)).state).toBe('sent');
	});

	test('that is slow, but within its time, gets it once', async () => {
		const sink = await sinkFor({
			taken: () => new Promise((resolve) => setTimeout(resolve, 150))
		});
		const id = await enqueue();

		await deliverTo(sink.url);

		expect(sink.mails).toHaveLength(1);
		expect(await row(id)).toMatchObject({ state: 'sent', attempts: 1 });
	});
});

describe('a mail that is refused for good', () => {
	test('to an address that does not exist is given up, and so is the address', async () => {
		const sink = await sinkFor({
			recipient: () => Promise.reject(smtpRefusal(550, '5.1.1 No such user'))
		});
		const id = await enqueue();

		await deliverTo(sink.url);

		expect(await row(id)).toMatchObject({ state: 'failed', attempts: 1 });
		expect((await row(id)).lastError).toContain('No such user');
		expect(await db.mailSuppression.findMany()).toMatchObject([{ email: 'ada@example.com' }]);

		const next = await enqueue();
		const result = await deliverTo(sink.url);

		expect(result).toMatchObject({ sent: 0, failed: 0, withheld: 1 });
		expect(sink.connections).toBe(1);
		expect(await row(next)).toMatchObject({ state: 'withheld' });
		expect((await row(next)).lastError).toContain('No such user');
	});

	test.each<[string, SmtpBehaviour]>([
		[
			'its recipient’s server',
			{ recipient: () => Promise.reject(smtpRefusal(550, '5.7.1 Not from you')) }
		],
		['what it says', { taken: () => Promise.reject(smtpRefusal(554, '5.6.0 Looks like spam')) }]
	])('because of %s is given up at once, and the address is kept', async (_, behaviour) => {
		const sink = await sinkFor(behaviour);
		const id = await enqueue();

		await deliverTo(sink.url);

		expect(await row(id)).toMatchObject({ state: 'failed', attempts: 1 });
		expect(await db.mailSuppression.count()).toBe(0);
	});
});

describe('a process that ends between sending and writing it down', () => {
	test('loses nothing: the mail is sent again under the same Message-ID', async () => {
		const sink = await sinkFor();
		const id = await enqueue();
		const sealed = (await row(id)).payload;
		await deliverTo(sink.url);
		// What the row looks like then: claimed, its lease over.
		await db.outboxMessage.update({
			where: { id },
			data: { state: 'pending', payload: sealed, sentAt: null, nextAttemptAt: new Date() }
		});

		await deliverTo(sink.url);

		const ids = sink.mails.map((text) => /^Message-ID: (.*)$/m.exec(text)?.[1]?.trim());
		expect(ids).toEqual([`<${id}@coda.example>`, `<${id}@coda.example>`]);
		expect(await row(id)).toMatchObject({ state: 'sent', attempts: 2 });
	});
});
