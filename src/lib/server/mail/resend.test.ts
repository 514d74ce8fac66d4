import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
	startResendServer,
	type ResendFault,
	type ResendServer
} from '#tests/support/resend-server';
import { db } from '../db';
import { deliverOutbox, enqueueMail } from '../services/outbox';
import { resendTransport, type ResendOptions } from './resend';

const apiKey = 're_test_key';
const from = 'Coda <coda@coda.example>';
const mail = {
	to: 'delivered@resend.dev',
	template: 'test',
	subject: 'Hello',
	text: 'Hello Ada',
	html: '<p>Hello Ada</p>'
};

let resend: ResendServer;

beforeAll(() => {
	for (const level of ['info', 'warn', 'error'] as const) {
		vi.spyOn(console, level).mockImplementation(() => undefined);
	}
});
afterAll(() => vi.restoreAllMocks());

beforeEach(async () => {
	await db.outboxMessage.deleteMany();
	resend = await startResendServer(apiKey);
	return () => resend.stop();
});

const enqueue = () => db.$transaction((tx) => enqueueMail(tx, mail));
const row = (id: string) => db.outboxMessage.findUniqueOrThrow({ where: { id } });
const deliver = (options: Partial<ResendOptions> = {}) =>
	deliverOutbox(resendTransport({ apiKey, from, baseUrl: resend.url, ...options }));
const becomeDue = (id: string) =>
	db.outboxMessage.update({ where: { id }, data: { nextAttemptAt: new Date() } });

describe('Resend', () => {
	test('gets the mail with the name of its row, and its own name for it is kept', async () => {
		const id = await enqueue();

		await deliver();

		const [taken] = resend.mails;
		expect(taken).toMatchObject({
			...{ from, to: mail.to, subject: mail.subject, text: mail.text, html: mail.html },
			headers: { 'Auto-Submitted': 'auto-generated' },
			tags: [{ name: 'outbox', value: id }]
		});
		expect(await row(id)).toMatchObject({
			state: 'sent',
			transport: 'resend',
			providerId: taken?.id,
			payload: null
		});
	});

	test.each<[ResendFault, RegExp]>([
		[{ status: 429, name: 'rate_limit_exceeded', message: 'Too many requests' }, /429/],
		[{ status: 429, name: 'daily_quota_exceeded', message: 'Quota' }, /daily_quota/],
		[{ status: 500, name: 'internal_server_error', message: 'Oops' }, /500/],
		[{ status: 502, html: '<h1>Bad gateway</h1>' }, /502/],
		[{ status: 409, name: 'concurrent_idempotent_requests', message: 'Wait' }, /concurrent/],
		[{ status: 403, name: 'validation_error', message: 'The domain is not verified' }, /domain/]
	])('is asked again after %j', async (fault, words) => {
		const id = await enqueue();
		resend.fault = fault;

		await deliver();
		const waiting = await row(id);
		resend.fault = undefined;
		await becomeDue(id);
		await deliver();

		expect(waiting).toMatchObject({ state: 'pending', attempts: 1 });
		expect(waiting.lastError).toMatch(words);
		expect(resend.mails).toHaveLength(1);
		expect(await row(id)).toMatchObject({ state: 'sent', lastError: null, attempts: 2 });
	});

	test.each([
		{ status: 422, name: 'validation_error', message: 'Invalid `to` field' },
		{ status: 400, name: 'validation_error', message: 'Something is wrong with it' },
		{ status: 409, name: 'invalid_idempotent_request', message: 'Another payload' }
	])('is not asked again after %j', async (fault) => {
		const id = await enqueue();
		resend.fault = fault;

		await deliver();

		expect(resend.calls).toBe(1);
		expect(await row(id)).toMatchObject({ state: 'failed', attempts: 1 });
		expect((await row(id)).lastError).toContain(fault.message);
	});

	test('is waited for while the key is wrong, because that can be mended', async () => {
		const id = await enqueue();

		await deliver({ apiKey: 're_another_key' });

		expect(await row(id)).toMatchObject({ state: 'pending', attempts: 1 });
		expect((await row(id)).lastError).toContain('invalid_api_key');
	});

	test('takes a mail once, though its answer got lost', async () => {
		const id = await enqueue();
		resend.fault = 'silent';

		await deliver({ timeoutMs: 1_000 });
		const waiting = await row(id);
		resend.fault = undefined;
		await becomeDue(id);
		await deliver();

		expect(waiting.state).toBe('pending');
		expect(resend).toMatchObject({ calls: 2, mails: [{ to: mail.to }] });
		expect(await row(id)).toMatchObject({ state: 'sent', providerId: resend.mails[0]?.id });
	});

	test('that cannot be reached is asked again later', async () => {
		const id = await enqueue();
		await resend.stop();

		await deliver();

		expect(await row(id)).toMatchObject({ state: 'pending', attempts: 1 });
	});
});
