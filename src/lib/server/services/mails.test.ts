import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createAdmin, createPerson } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { recordMailEvent } from './mail-events';
import { suppressAddress } from './mail-suppressions';
import { UNHURRIED } from './batches';
import { enqueueMail, purgeOutbox } from './outbox';

let admin: Awaited<ReturnType<typeof createAdmin>>;
let caller: ReturnType<typeof callerAs>;

beforeEach(async () => {
	for (const level of ['info', 'warn'] as const) {
		vi.spyOn(console, level).mockImplementation(() => undefined);
	}
	await db.outboxMessage.deleteMany();
	await db.mailSuppression.deleteMany();
	admin = await createAdmin();
	caller = callerAs(admin);
});

const text = 'What it says is nobody’s business';
const enqueue = (to = 'ada@example.com', expiresAt?: Date) =>
	db.$transaction((tx) =>
		enqueueMail(tx, { to, template: 'signIn', subject: text, text, html: text }, { expiresAt })
	);
const becomes = (id: string, data: Parameters<typeof db.outboxMessage.update>[0]['data']) =>
	db.outboxMessage.update({ where: { id }, data });
const row = (id: string) => db.outboxMessage.findUniqueOrThrow({ where: { id } });
const trail = () =>
	db.auditEntry.findMany({ where: { actorId: admin.userId }, orderBy: { id: 'asc' } });
const suppress = (email: string) =>
	db.$transaction((tx) => suppressAddress(tx, email, 'No such user'));
const ago = (ms: number) => new Date(Date.now() - ms);

describe('the mail log', () => {
	test('shows how each mail stands, and never what it says', async () => {
		await enqueue('waiting@example.com');
		await becomes(await enqueue('sent@example.com'), { state: 'sent' });
		const delivered = { state: 'sent', deliveredAt: new Date() } as const;
		await becomes(await enqueue('delivered@example.com'), delivered);
		await becomes(await enqueue('back@example.com'), { ...delivered, bouncedAt: new Date() });
		await becomes(await enqueue('failed@example.com'), { state: 'failed' });
		await becomes(await enqueue('kept@example.com'), { state: 'withheld' });

		const { mails } = await caller.mails.list({});

		expect(mails.map(({ recipient, state }) => [recipient?.split('@')[0], state])).toEqual([
			['kept', 'withheld'],
			['failed', 'failed'],
			['back', 'bounced'],
			['delivered', 'delivered'],
			['sent', 'sent'],
			['waiting', 'pending']
		]);
		expect(JSON.stringify(mails)).not.toMatch(/nobody|payload/);
		for (const { state } of mails) {
			expect((await caller.mails.list({ state })).mails).toMatchObject([{ state }]);
		}
		expect(await caller.mails.figures()).toMatchObject({
			lastDay: { pending: 1, sent: 1, delivered: 1, bounced: 1, failed: 1, withheld: 1 }
		});
	});

	test('lists every mail once over its pages, though they were written at the same time', async () => {
		const createdAt = new Date();
		const data = Array.from({ length: 120 }, () => ({ kind: 'mail', createdAt }));
		await db.outboxMessage.createMany({ data });

		const seen: string[] = [];
		let cursor: string | undefined;
		do {
			const page = await caller.mails.list({ cursor });
			seen.push(...page.mails.map(({ id }) => id));
			cursor = page.nextCursor;
		} while (cursor);

		expect(seen).toHaveLength(120);
		expect(new Set(seen).size).toBe(120);
	});

	test('finds the mails of an address', async () => {
		await enqueue('ada@example.com');
		await enqueue('grace@example.com');

		const { mails } = await caller.mails.list({ recipient: ' ADA@ ' });

		expect(mails).toMatchObject([{ recipient: 'ada@example.com' }]);
	});

	test('says since when the oldest waits, however long', async () => {
		const id = await enqueue();
		const createdAt = ago(3 * 86_400_000);
		await becomes(id, { createdAt });

		expect((await caller.mails.figures()).oldestPendingAt).toEqual(createdAt);
	});

	test('is drawn with three statements', async () => {
		await enqueue();

		const statements = await countStatements(() =>
			Promise.all([
				caller.mails.list({}),
				caller.mails.figures(),
				caller.mails.listSuppressions({})
			])
		);

		expect(statements).toBeLessThanOrEqual(3);
	});
});

describe('sending a mail again', () => {
	test.each(['failed', 'withheld', 'pending'] as const)(
		'sends one that is %s now, and says who did it',
		async (state) => {
			const id = await enqueue();
			const nextAttemptAt = new Date(Date.now() + 3_600_000);
			await becomes(id, { state, attempts: 12, lastError: 'Refused', nextAttemptAt });

			await caller.mails.sendAgain({ id });
			await drainDeferred();

			expect(await row(id)).toMatchObject({ state: 'sent', attempts: 1, lastError: null });
			expect(await trail()).toMatchObject([{ action: 'mail.sendAgain', targetId: id }]);
		}
	);

	test.each([
		['has left', { state: 'sent', payload: null }, 'mail.gone'],
		['means nothing any more', { state: 'failed', expiresAt: ago(1_000) }, 'mail.gone'],
		['is on its way', { state: 'pending', attempts: 1, lastError: null }, 'mail.underway']
	] as const)('is refused for one that %s', async (_, data, reason) => {
		const id = await enqueue();
		await becomes(id, { ...data, nextAttemptAt: new Date(Date.now() + 60_000) });
		const before = await row(id);

		await expect(caller.mails.sendAgain({ id })).rejects.toMatchObject({
			code: 'CONFLICT',
			cause: { reason }
		});

		expect(await row(id)).toEqual(before);
		expect(await trail()).toEqual([]);
	});
});

describe('an address that nothing is sent to', () => {
	test('is shown with the reason, and freed by an admin, which is written down', async () => {
		const person = await createPerson();
		await suppress(person.email);
		await suppress('stranger@example.com');

		expect((await caller.mails.listSuppressions({})).addresses).toHaveLength(2);
		await caller.mails.liftSuppression({ email: person.email.toUpperCase() });
		await caller.mails.liftSuppression({ email: 'stranger@example.com' });

		expect(await db.mailSuppression.count()).toBe(0);
		const entries = await trail();
		expect(entries).toMatchObject([
			{ action: 'mail.liftSuppression', targetId: person.userId, personId: person.userId },
			{ action: 'mail.liftSuppression', targetKind: 'address', targetId: null }
		]);
		expect(JSON.stringify(entries)).not.toContain('stranger@');
	});

	test('that is not there is NOT_FOUND', async () => {
		await expect(
			caller.mails.liftSuppression({ email: 'nobody@example.com' })
		).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});
});

describe('what a mail service tells', () => {
	const about = { providerId: 'resend-1', at: new Date() };
	const sent = async () => {
		const id = await enqueue();
		await becomes(id, { state: 'sent', providerId: 'resend-1', payload: null });
		return id;
	};

	test('is written down once, though it is told five times at once', async () => {
		const id = await sent();

		const told = await Promise.all(
			Array.from({ length: 5 }, () => recordMailEvent({ ...about, kind: 'delivered' }))
		);

		expect(told.filter(Boolean)).toHaveLength(1);
		expect((await row(id)).deliveredAt).toEqual(about.at);
	});

	test('does not suppress an address again that was freed', async () => {
		const id = await sent();
		const bounce = {
			...about,
			kind: 'returned',
			reason: 'No such user',
			suppress: 'ada@example.com'
		} as const;
		await recordMailEvent(bounce);
		expect(await row(id)).toMatchObject({ bounceReason: 'No such user' });
		await caller.mails.liftSuppression({ email: 'ada@example.com' });

		expect(await recordMailEvent(bounce)).toBe(false);

		expect(await db.mailSuppression.count()).toBe(0);
	});

	test('is found by the row’s own id before the service’s name for it is written down', async () => {
		const id = await enqueue();

		await recordMailEvent({ ...about, providerId: 'unheard', messageId: id, kind: 'delivered' });

		expect((await row(id)).deliveredAt).not.toBeNull();
	});

	test('about mails of other programs changes nothing', async () => {
		const suppress = 'ada@example.com';

		expect(
			await recordMailEvent({ ...about, providerId: 'theirs', kind: 'returned', suppress })
		).toBe(false);

		expect(await db.mailSuppression.count()).toBe(0);
	});
});

describe('purgeOutbox', () => {
	test('forgets mails after thirty days, and the text of dead ones at once', async () => {
		const old = await enqueue();
		await becomes(old, { state: 'failed', createdAt: ago(31 * 86_400_000) });
		const dead = await enqueue('ada@example.com', ago(1_000));
		await becomes(dead, { state: 'withheld' });
		const waiting = await enqueue();

		expect(await purgeOutbox(UNHURRIED)).toMatchObject({ deleted: 1 });

		expect(await db.outboxMessage.count({ where: { id: old } })).toBe(0);
		expect((await row(dead)).payload).toBeNull();
		expect((await row(waiting)).payload).not.toBeNull();
	});
});
