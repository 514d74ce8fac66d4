import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { db } from '$lib/server/db';
import type { MailTransport } from '$lib/server/mail/transport';
import { smtpTransport } from '$lib/server/mail/smtp';
import { startSmtpSink } from '#tests/support/smtp-sink';
import { listInbox } from './dev-inbox';
import { deliverOutbox, enqueueMail } from './outbox';

const mail = {
	to: 'ada@example.com',
	template: 'test',
	subject: 'Hello',
	text: 'A secret link',
	html: '<p>Hi</p>'
};
const from = 'Coda <coda@localhost>';
const nowhere = () => smtpTransport({ server: 'smtp://127.0.0.1:1', from });

const enqueue = (delaySeconds = 0) =>
	db.$transaction((tx) => enqueueMail(tx, mail, { delaySeconds }));
const row = (id: string) => db.outboxMessage.findUniqueOrThrow({ where: { id } });

beforeEach(async () => {
	await db.outboxMessage.deleteMany();
	vi.spyOn(console, 'info').mockImplementation(() => undefined);
	vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

describe('the outbox', () => {
	test('keeps mails sealed until they leave', async () => {
		const id = await enqueue();

		expect((await row(id)).payload).not.toContain('secret');
	});

	test('keeps nothing of a change that was rolled back', async () => {
		await db
			.$transaction(async (tx) => {
				await enqueueMail(tx, mail);
				throw new Error('changed my mind');
			})
			.catch(() => undefined);

		expect(await db.outboxMessage.count()).toBe(0);
	});

	test('sends each mail once when five processes deliver at the same time', async () => {
		for (let i = 0; i < 30; i += 1) await enqueue();

		const runs = await Promise.all(Array.from({ length: 5 }, () => deliverOutbox()));

		expect(runs.reduce((sum, { sent }) => sum + sent, 0)).toBe(30);
		expect(await db.outboxMessage.count({ where: { state: 'sent' } })).toBe(30);
	});

	test('takes no further mail once the time is up, and says that there may be more', async () => {
		for (let i = 0; i < 3; i += 1) await enqueue();
		let asked = 0;
		const work = { hasTime: () => (asked += 1) <= 2 };

		expect(await deliverOutbox(undefined, work)).toMatchObject({ sent: 2, more: true });
		expect(await db.outboxMessage.count({ where: { state: 'pending', attempts: 0 } })).toBe(1);
	});

	test('holds a mail back for its time', async () => {
		const id = await enqueue(60);

		expect(await deliverOutbox()).toMatchObject({ sent: 0, failed: 0, withheld: 0, more: false });
		expect((await row(id)).state).toBe('pending');
	});

	test('shows what the stream took in the development inbox', async () => {
		await enqueue();
		await deliverOutbox();

		expect(await listInbox()).toMatchObject([mail]);
	});

	test('goes out over SMTP with the sender of the environment, and is then erased', async () => {
		const sink = await startSmtpSink();
		const id = await enqueue();

		const transport = smtpTransport({ server: sink.url, from });
		await deliverOutbox(transport);
		transport.close?.();
		await sink.stop();

		expect(sink.mails).toHaveLength(1);
		expect(sink.mails[0]).toContain('From: Coda <coda@localhost>');
		expect(sink.mails[0]).toContain('To: ada@example.com');
		expect(await row(id)).toMatchObject({ state: 'sent', payload: null });
	});

	test('tries again later when the mail server is gone, and loses nothing', async () => {
		const id = await enqueue();

		const { failed } = await deliverOutbox(nowhere());

		expect(failed).toBe(1);
		const failedRow = await row(id);
		expect(failedRow).toMatchObject({ state: 'pending', attempts: 1 });
		expect(failedRow.lastError).toContain('ECONNREFUSED');
		expect(failedRow.nextAttemptAt.valueOf()).toBeGreaterThan(Date.now() + 5_000);

		await db.outboxMessage.update({ where: { id }, data: { nextAttemptAt: new Date() } });
		await deliverOutbox();
		expect((await row(id)).state).toBe('sent');
	});

	test('gives up a mail that means nothing any more, without sending it', async () => {
		vi.spyOn(console, 'error').mockImplementation(() => undefined);
		const sink = await startSmtpSink();
		const expiresAt = new Date(Date.now() - 1_000);
		const id = await db.$transaction((tx) => enqueueMail(tx, mail, { expiresAt }));

		await deliverOutbox(smtpTransport({ server: sink.url, from }));
		await sink.stop();

		expect(sink.mails).toEqual([]);
		expect(await row(id)).toMatchObject({ state: 'failed', payload: null });
	});

	test('holds the one mail that a slow server is taking, and leaves the others to others', async () => {
		const sent: string[] = [];
		let taking = () => undefined as void;
		let goOn = () => undefined as void;
		const taken = new Promise<void>((resolve) => (taking = resolve));
		const slow = new Promise<void>((resolve) => (goOn = resolve));
		let isFirst = true;
		const transport: MailTransport = {
			name: 'smtp',
			async send({ id }) {
				if (isFirst) {
					isFirst = false;
					taking();
					await slow;
				}
				sent.push(id);
				return {};
			}
		};
		for (let i = 0; i < 5; i += 1) await enqueue();

		const first = deliverOutbox(transport);
		await taken;
		const second = await deliverOutbox(transport);
		goOn();

		expect(second).toMatchObject({ sent: 4, failed: 0, withheld: 0 });
		expect(await first).toMatchObject({ sent: 1, failed: 0, withheld: 0 });
		expect(new Set(sent).size).toBe(5);
	});

	test('gives up after twelve attempts and keeps the mail as failed', async () => {
		vi.spyOn(console, 'error').mockImplementation(() => undefined);
		const id = await enqueue();
		await db.outboxMessage.update({ where: { id }, data: { attempts: 11 } });

		await deliverOutbox(nowhere());

		expect((await row(id)).state).toBe('failed');
	});
});
