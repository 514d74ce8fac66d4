import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPerson } from '#tests/support/factories';
import { startSmtpSink } from '#tests/support/smtp-sink';
import { db } from '../db';
import { composeMail } from '../mail/layout';
import { smtpTransport } from '../mail/smtp';
import { unsubscribeUrl } from '../mail/unsubscribe';
import { seal } from '../seal';
import { getUnsubscription, unsubscribe } from './mail-topics';
import { deliverOutbox, enqueueMail } from './outbox';

let ada: Awaited<ReturnType<typeof createPerson>>;

beforeAll(() => {
	vi.spyOn(console, 'info').mockImplementation(() => undefined);
});
beforeEach(async () => {
	await db.outboxMessage.deleteMany();
	ada = await createPerson();
});

const tokenOf = (userId: string) =>
	new URL(unsubscribeUrl(userId, 'news')).searchParams.get('token') ?? '';
const preferencesOf = async (id: string) =>
	(await db.user.findUniqueOrThrow({ where: { id }, select: { preferences: true } })).preferences;
const trail = () => db.auditEntry.findMany({ where: { personId: ada.userId } });

describe('the link in a mail that nobody has to get', () => {
	test('says what it would stop, and stops nothing by being read', async () => {
		expect(getUnsubscription({ token: tokenOf(ada.userId) })).toEqual({ topic: 'News about Coda' });
		expect(await preferencesOf(ada.userId)).toEqual({});
	});

	test('switches that topic off, leaves everything else, and stands in the person’s trail', async () => {
		const preferences = { theme: 'dark', singleKeys: false, notices: { news: true, other: 1 } };
		await db.user.update({ where: { id: ada.userId }, data: { preferences } });

		await unsubscribe('test', { token: tokenOf(ada.userId) });
		await unsubscribe('test', { token: tokenOf(ada.userId) });

		expect(await preferencesOf(ada.userId)).toEqual({
			...preferences,
			notices: { news: false, other: 1 }
		});
		expect(await trail()).toMatchObject([
			{ action: 'account.unsubscribe', actorKind: 'system', changed: ['notices.news'] }
		]);
	});

	test('stops nobody else’s', async () => {
		const bob = await createPerson();

		await unsubscribe('test', { token: tokenOf(ada.userId) });

		expect(await preferencesOf(bob.userId)).toEqual({});
	});

	test('answers the same when the account is gone', async () => {
		await db.user.delete({ where: { id: ada.userId } });

		expect(await unsubscribe('test', { token: tokenOf(ada.userId) })).toEqual({
			topic: 'News about Coda'
		});
	});

	test.each<[string, (token: string) => string]>([
		['somebody else’s id', (token) => token.replace(/^[^.]+/, crypto.randomUUID())],
		['another signature', (token) => token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
		['no signature', (token) => token.split('.').slice(0, 2).join('.')],
		['more behind it', (token) => `${token}.x`],
		['a topic that there is not', (token) => token.replace('.news.', '.toString.')],
		['nothing in it', () => ''],
		['what another key has made', () => seal('outbox', 'news')]
	])('is refused with %s', async (_, alter) => {
		const token = alter(tokenOf(ada.userId));

		await expect(unsubscribe('test', { token })).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { reason: 'unsubscribe.invalid' }
		});
		expect(await preferencesOf(ada.userId)).toEqual({});
	});
});

describe('a mail of a topic', () => {
	test('leaves with what stops it, until the person does not want it', async () => {
		const sink = await startSmtpSink();
		const transport = smtpTransport({ server: sink.url, from: 'Coda <coda@coda.example>' });
		const enqueue = () =>
			db.$transaction((tx) =>
				enqueueMail(
					tx,
					composeMail({
						to: ada.email,
						template: 'news',
						topic: 'news',
						userId: ada.userId,
						subject: 'News',
						paragraphs: ['There is news.']
					})
				)
			);
		await db.user.update({
			where: { id: ada.userId },
			data: { preferences: { notices: { news: true } } }
		});

		await enqueue();
		await deliverOutbox(transport);
		await enqueue();
		await unsubscribe('test', { token: tokenOf(ada.userId) });
		const afterwards = await deliverOutbox(transport);
		transport.close?.();
		await sink.stop();

		expect(sink.mails).toHaveLength(1);
		expect(sink.mails[0]).toContain(`List-Unsubscribe: <${unsubscribeUrl(ada.userId, 'news')}>`);
		expect(sink.mails[0]).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
		expect(afterwards).toMatchObject({ sent: 0, failed: 0, withheld: 1 });
	});
});
