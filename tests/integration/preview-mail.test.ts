import { beforeEach, describe, expect, test, vi } from 'vitest';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink';
import { db } from '$lib/server/db';
import { deliverOutbox, enqueueMail } from '$lib/server/services/outbox';
import { smtpTransport } from '$lib/server/mail/smtp';

vi.hoisted(() =>
	Object.assign(process.env, {
		CODA_TIER: 'preview',
		AUTH_URL: 'https://preview.coda.test',
		PUBLIC_ENABLE_DEVMODE: 'false',
		EMAIL_ALLOW: 'ada@example.com, @coda.test'
	})
);

const mail = { template: 'test', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };

let sink: SmtpSink;

beforeEach(async () => {
	vi.spyOn(console, 'info').mockImplementation(() => undefined);
	await db.outboxMessage.deleteMany();
	sink = await startSmtpSink();
	return () => sink.stop();
});

describe('a preview', () => {
	test('writes to the addresses that it may write to, and to nobody else', async () => {
		const to = ['ada@example.com', 'grace@coda.test', 'bob@example.com', 'eve@not-coda.test'];
		for (const one of to) await db.$transaction((tx) => enqueueMail(tx, { ...mail, to: one }));
		const transport = smtpTransport({ server: sink.url, from: 'Coda <coda@coda.test>' });

		const result = await deliverOutbox(transport);
		transport.close?.();

		expect(result).toMatchObject({ sent: 2, failed: 0, withheld: 2 });
		expect(sink.mails.map((text) => /^To: (.*)$/m.exec(text)?.[1]?.trim()).toSorted()).toEqual([
			'ada@example.com',
			'grace@coda.test'
		]);
		const kept = await db.outboxMessage.findMany({ where: { state: 'withheld' } });
		expect(kept.map(({ recipient }) => recipient).toSorted()).toEqual(to.slice(2).toSorted());
		for (const { lastError } of kept) expect(lastError).toContain('this is a preview');
	});
});
