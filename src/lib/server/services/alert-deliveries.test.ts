import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { setEnvironment } from '#tests/support/environment';
import { createAdmin } from '#tests/support/factories';
import { mailsTo } from '#tests/support/mails';
import { testNotice } from '../alert-words';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { verifiedSignature } from '../signed-message';
import { addChannel, listChannels, removeChannel } from './alert-channels';
import { checkAlerts } from './alert-check';
import { deliverAlerts, enqueueAlert } from './alert-deliveries';
import { readChannels, readRefusedMessages } from './alert-readings';
import { RULES } from './alert-rules';
import { testChannel } from './alert-trials';
import { resealChannels } from './alert-ways';

const secret = 'tests-only-webhook-0123456789abcdefghijkl';

interface Received {
	body: string;
	signature: string | null;
}

let received: Received[] = [];
let answer: RequestListener = (_, response) => response.writeHead(200).end('ok');
/** Somebody's service that takes alerts. Its address is known before the environment is first read. */
const server: Server = createServer((request, response) => {
	let body = '';
	request.setEncoding('utf8').on('data', (text: string) => (body += text));
	request.on('end', () => {
		received.push({ body, signature: request.headers['coda-signature'] as string });
		answer(request, response);
	});
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
setEnvironment({ ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret });

beforeEach(async () => {
	vi.spyOn(console, 'warn').mockReturnValue();
	received = [];
	answer = (_, response) => response.writeHead(200).end('ok');
	await db.alert.deleteMany();
	await db.outboxMessage.deleteMany();
	await db.alertChannel.deleteMany();
});

afterEach(async () => {
	await drainDeferred();
	vi.restoreAllMocks();
	server.closeAllConnections();
});

const bad = {
	relay: {
		...RULES.relay,
		read: async () => [{ isBad: true, says: 'silent for 3 minutes' }]
	}
};
const messages = () =>
	db.outboxMessage.findMany({
		where: { kind: 'alert' },
		orderBy: [{ createdAt: 'asc' }, { id: 'asc' }]
	});
/** Lets what waits be due now. */
const due = () => db.outboxMessage.updateMany({ data: { nextAttemptAt: new Date(0) } });

describe('a webhook', () => {
	test('gets one signed message when an alert fires', async () => {
		await checkAlerts({ rules: bad });
		await drainDeferred();
		await checkAlerts({ rules: bad });
		await drainDeferred();

		expect(received).toHaveLength(1);
		const [{ body, signature } = { body: '', signature: '' }] = received;
		expect(JSON.parse(body)).toMatchObject({ state: 'firing', rule: 'relay', severity: 3 });
		expect(verifiedSignature(signature, { body, secrets: [secret] })).toBeTypeOf('string');
		expect(await messages()).toMatchObject([{ state: 'sent', payload: null }]);
	});

	test('that fails is tried again, later and later, and its message arrives once', async () => {
		answer = (_, response) => response.writeHead(500).end();
		await checkAlerts({ rules: bad });
		await drainDeferred();
		const [first] = await messages();
		expect(first).toMatchObject({ state: 'pending', attempts: 1, lastError: 'It answered 500.' });
		expect(first?.nextAttemptAt.valueOf()).toBeGreaterThan(Date.now() + 5_000);
		expect(await deliverAlerts()).toEqual({ sent: 0, failed: 0 });

		answer = (_, response) => response.writeHead(200).end();
		await due();
		await Promise.all([deliverAlerts(), deliverAlerts(), deliverAlerts()]);

		expect(await messages()).toMatchObject([{ state: 'sent', attempts: 2, lastError: null }]);
		expect(received).toHaveLength(2);
	});

	test('that leads somewhere else, or answers without end, has not taken it', async () => {
		const admin = await createAdmin();
		answer = (_, response) =>
			response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
		const redirected = await testChannel(admin, { id: 'environment' });
		await db.outboxMessage.deleteMany();
		answer = (_, response) => {
			response.writeHead(200);
			const more = () => {
				while (!response.destroyed && response.write('x'.repeat(10_000)));
			};
			response.on('drain', more);
			more();
		};
		const endless = await testChannel(admin, { id: 'environment' });

		expect([redirected, endless]).toMatchObject([
			{ arrived: false, says: 'It leads somewhere else, and none is followed.' },
			{ arrived: false, says: 'It answered more than 64000 bytes.' }
		]);
	});

	test('that does not take alerts is told on the others, and when it does again', async () => {
		// Its address was sealed with a secret that nobody has any more.
		const target = 'sealed with another secret';
		await db.alertChannel.create({ data: { kind: 'slack', name: 'The team', target } });
		await checkAlerts({ rules: bad });
		await drainDeferred();
		await due();
		await deliverAlerts();

		const { channel } = RULES;
		await checkAlerts({ rules: { channel } });
		await drainDeferred();

		const told = received.map(({ body }) => JSON.parse(body) as { rule: string; subject: string });
		expect(told.map(({ rule }) => rule)).toEqual(['relay', 'channel']);
		expect(told[1]?.subject).toBe('The team');
	});
});

test('a channel that hangs holds up no other, and what waits behind its message is not tried', async () => {
	let release = (): void => undefined;
	answer = (_, response) => (release = () => response.writeHead(500).end());
	const target = 'sealed with another secret';
	const { id: other } = await db.alertChannel.create({
		data: { kind: 'slack', name: 'The team', target },
		select: { id: true }
	});
	const queue = (channel: string) =>
		db.$transaction((tx) => {
			const expiresAt = new Date(Date.now() + 60_000);
			return enqueueAlert(tx, { channel, notice: testNotice('http://localhost'), expiresAt });
		});
	const [first, second] = [await queue('environment'), await queue('environment')];
	const third = await queue(other);
	const attemptsOf = async (id: string) =>
		(await db.outboxMessage.findUniqueOrThrow({ where: { id } })).attempts;

	const delivering = deliverAlerts();
	await vi.waitFor(async () => expect(await attemptsOf(third)).toBe(1), 3_000);
	await vi.waitFor(() => expect(received).toHaveLength(1));
	release();

	expect(await delivering).toEqual({ sent: 0, failed: 2 });
	expect([await attemptsOf(first), await attemptsOf(second)]).toEqual([1, 0]);
	await deliverAlerts();
	expect([await attemptsOf(first), await attemptsOf(second)]).toEqual([1, 0]);
});

describe('a message that a channel refuses for what it is', () => {
	const queue = (subject: string) =>
		db.$transaction((tx) => {
			const expiresAt = new Date(Date.now() + 3_600_000);
			const notice = { ...testNotice('http://localhost'), subject };
			return enqueueAlert(tx, { channel: 'environment', notice, expiresAt });
		});
	const subjects = () =>
		received.map(({ body }) => (JSON.parse(body) as { subject: string }).subject);
	/** Takes everything but what is about that. */
	const refuse = (subject: string, status: number) => {
		answer = (_, response) =>
			response.writeHead(received.at(-1)?.body.includes(subject) ? status : 200).end();
	};
	const deliverDue = async (times: number) => {
		for (let n = 0; n < times; n += 1) {
			await due();
			await deliverAlerts();
		}
	};
	const { channel, 'refused-message': refusedMessage } = RULES;

	test.each([400, 413, 422])('with %i is given up, and those behind it pass', async (status) => {
		refuse('hopeless', status);
		await queue('hopeless');
		await queue('behind');

		await deliverDue(3);

		expect(subjects()).toEqual(['hopeless', 'hopeless', 'hopeless', 'behind']);
		const [first, second] = await messages();
		expect(first).toMatchObject({
			state: 'failed',
			lastError: `It refused the message: ${status}.`
		});
		expect(second).toMatchObject({ state: 'sent' });
		expect(await readChannels()).toMatchObject([{ subject: 'environment', isBad: false }]);
	});

	test.each([401, 402, 403, 404, 408, 410, 429, 451, 500, 503])(
		'is none where %i says that the channel takes nothing now',
		async (status) => {
			refuse('waits', status);
			await queue('waits');
			await queue('behind');

			await deliverDue(5);

			expect(await messages()).toMatchObject([
				{ state: 'pending', attempts: 5 },
				{ state: 'pending', attempts: 0 }
			]);
			expect(await readRefusedMessages()).toEqual([]);
		}
	);

	test('is tried again after other failures, until it was refused three times', async () => {
		await queue('hopeless');
		refuse('hopeless', 500);
		await deliverDue(2);
		refuse('hopeless', 400);

		await deliverDue(2);

		expect(await messages()).toMatchObject([{ state: 'pending', attempts: 4, refusals: 2 }]);
		await deliverDue(1);
		expect(await messages()).toMatchObject([{ state: 'failed', attempts: 5, refusals: 3 }]);
	});

	test('stands on the page, and is told on another channel only', async () => {
		const admin = await createAdmin();
		await db.alertChannel.create({ data: { kind: 'mail', name: 'Every admin' } });
		refuse('hopeless', 400);
		await queue('hopeless');
		await deliverDue(3);

		const { fired } = await checkAlerts({ rules: { channel, 'refused-message': refusedMessage } });
		await drainDeferred();

		expect(fired).toBe(1);
		expect(await db.alert.findMany()).toMatchObject([
			{ rule: 'refused-message', subject: 'environment', severity: 4 }
		]);
		expect(received).toHaveLength(3);
		const [mail] = await mailsTo(admin.email);
		expect(mail?.subject).toContain('A channel refused an alert');
		const listed = (await listChannels(admin)).find(({ id }) => id === 'environment');
		expect(listed?.refused).toEqual({ messages: 1, error: 'It refused the message: 400.' });
	});

	test('one after the other, says that the channel takes none', async () => {
		answer = (_, response) => response.writeHead(400).end();
		await queue('one');
		await queue('two');

		await deliverDue(4);

		expect(await readChannels()).toMatchObject([{ subject: 'environment', isBad: true }]);
	});
});

test('a message is tried for as long as it means something, however often that is', async () => {
	answer = (_, response) => response.writeHead(500).end();
	await checkAlerts({ rules: bad });
	await drainDeferred();
	await db.outboxMessage.updateMany({ data: { attempts: 40, nextAttemptAt: new Date(0) } });

	await deliverAlerts();
	expect(await messages()).toMatchObject([{ state: 'pending', attempts: 41 }]);

	await db.outboxMessage.updateMany({
		data: { nextAttemptAt: new Date(0), expiresAt: new Date(0) }
	});
	await deliverAlerts();
	expect(await messages()).toMatchObject([{ state: 'failed' }]);
	expect(received).toHaveLength(2);
});

test('to try a channel sends only the message that says so', async () => {
	const admin = await createAdmin();
	await db.$transaction((tx) => {
		const expiresAt = new Date(Date.now() + 60_000);
		const notice = { ...testNotice('http://localhost'), subject: 'it waits' };
		return enqueueAlert(tx, { channel: 'environment', notice, expiresAt });
	});

	await testChannel(admin, { id: 'environment' });

	expect(received.map(({ body }) => JSON.parse(body) as object)).toMatchObject([{ subject: '' }]);
});

test('a channel that is dead is told of once on the others, however often one looks', async () => {
	const target = 'sealed with another secret';
	await db.alertChannel.create({ data: { kind: 'slack', name: 'The team', target } });
	await checkAlerts({ rules: bad });
	await drainDeferred();
	await due();
	await deliverAlerts();

	const begin = Date.now();
	for (let times = 0; times < 10; times += 1) {
		const at = new Date(begin + times * 400_000);
		await checkAlerts({ rules: { channel: RULES.channel }, at });
		await drainDeferred();
		if (times % 2 === 0) continue;
		await due();
		await deliverAlerts();
	}

	const told = received.map(({ body }) => JSON.parse(body) as { rule: string; state: string });
	expect(told.filter(({ rule }) => rule === 'channel')).toMatchObject([{ state: 'firing' }]);
	expect(await db.alert.findMany({ where: { rule: 'channel' } })).toMatchObject([
		{ subject: 'The team', state: 'firing' }
	]);
	const about = await db.outboxMessage.count({ where: { kind: 'alert', state: 'pending' } });
	expect(about).toBe(1);
});

describe('channels of an older AUTH_SECRET', () => {
	test('are sealed anew, once, and those that nobody can open stay as they are', async () => {
		const lost = 'sealed with another secret';
		await db.alertChannel.create({ data: { kind: 'slack', name: 'Lost', target: lost } });
		await db.alertChannel.create({ data: { kind: 'mail', name: 'Every admin' } });

		expect(await resealChannels()).toBe(0);
		expect(await db.alertChannel.findMany({ where: { target: lost } })).toHaveLength(1);
	});
});

describe('a channel', () => {
	test.each([
		'http://127.0.0.1:8080/hook',
		'http://localhost/hook',
		'http://10.0.0.7/hook',
		'http://[::1]/hook',
		'http://169.254.169.254/latest/meta-data/',
		'https://user:password@hooks.example/hook',
		'ftp://hooks.example/hook'
	])('that leads to %s is refused', async (target) => {
		const admin = await createAdmin();

		const adding = addChannel(admin, { kind: 'json', name: 'Inward', target });

		await expect(adding).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { reason: 'channel.address' }
		});
		expect(await db.alertChannel.count()).toBe(0);
	});

	test('shows its secret once, and keeps neither it nor the address in clear', async () => {
		const admin = await createAdmin();
		const target = 'https://8.8.8.8/services/T0/B0/a-secret-path';

		const { id, secret: shown } = await addChannel(admin, { kind: 'slack', name: 'Team', target });

		const stored = JSON.stringify(await db.alertChannel.findUniqueOrThrow({ where: { id } }));
		expect(stored).not.toContain('a-secret-path');
		expect(stored).not.toContain(shown ?? '?');
		const listed = JSON.stringify(await listChannels(admin));
		expect(listed).toContain('8.8.8.8');
		expect(listed).not.toContain('a-secret-path');
		await removeChannel(admin, { id });
		expect((await listChannels(admin)).map((one) => one.id)).toEqual(['environment']);
	});

	test('that is gone takes nothing any more', async () => {
		const admin = await createAdmin();
		await expect(testChannel(admin, { id: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});
});
