import { beforeEach, describe, expect, test } from 'vitest';
import { createAdmin, createErrorGroup, createPerson } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { LIMITS } from '$lib/limits';
import { ErrorFilter } from '$lib/schemas/errors';
import { db } from '../db';
import { UNHURRIED } from './batches';
import { purgeErrorDetails, purgeErrors, writeErrors, type ErrorsOfAGroup } from './error-groups';
import { listErrors } from './error-listing';

const DAY_MS = 86_400_000;
const at = (msAgo: number) => new Date(Date.now() - msAgo);

/** Errors of one kind, as they come out of a second. */
function gathered(what: Partial<ErrorsOfAGroup> = {}): ErrorsOfAGroup {
	const moment = what.lastAt ?? new Date();
	const release = what.release ?? 'abc';
	return {
		fingerprint: 'one',
		source: 'app',
		kind: 'TypeError',
		message: 'No idea',
		culprit: 'load in page.ts',
		count: 1,
		firstAt: moment,
		lastAt: moment,
		release,
		hours: new Map([[moment.toISOString().slice(0, 13), what.count ?? 1]]),
		people: new Set(),
		events: [
			{
				...{ at: moment, source: 'app', kind: 'TypeError', message: 'No idea', stack: 'at x' },
				...{ release, route: '/', requestId: 'request-9', userId: null, tags: {}, breadcrumbs: [] }
			}
		],
		...what
	};
}

const group = () => db.errorGroup.findFirstOrThrow({ where: { fingerprint: 'one' } });

beforeEach(async () => {
	await db.errorGroup.deleteMany();
});

describe('a group of errors', () => {
	test('counts from ten processes at once, and keeps the latest fifty', async () => {
		await Promise.all(
			Array.from({ length: 10 }, async () => {
				for (let n = 0; n < 8; n += 1) await writeErrors([gathered({ count: 5 })]);
			})
		);

		expect((await group()).count).toBe(400n);
		expect(await db.errorEvent.count()).toBe(50);
		expect((await db.errorHour.aggregate({ _sum: { count: true } }))._sum.count).toBe(400);
	});

	test('is open again when one comes after it was resolved, and not for one from before', async () => {
		const admin = await createAdmin();
		await writeErrors([gathered({ release: 'one', lastAt: at(5_000) })]);
		const { id } = await group();
		await callerAs(admin).errors.resolve({ id });
		await writeErrors([gathered({ lastAt: at(4_000) })]);
		expect(await group()).toMatchObject({ resolvedById: admin.userId, regressedAt: null });

		await writeErrors([gathered({ release: 'two', lastAt: at(-1) })]);

		expect(await group()).toMatchObject({
			resolvedAt: null,
			resolvedById: null,
			regressedAt: expect.any(Date),
			firstRelease: 'one',
			lastRelease: 'two'
		});
	});

	test('is resolved and opened once, by admins alone', async () => {
		const admin = callerAs(await createAdmin());
		const { id } = await createErrorGroup();

		await admin.errors.resolve({ id });
		await expect(admin.errors.resolve({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await admin.errors.reopen({ id });
		await expect(admin.errors.reopen({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		const stranger = callerAs(await createPerson());
		await expect(stranger.errors.resolve({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await expect(stranger.errors.get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });

		expect(await db.errorGroup.findUnique({ where: { id } })).toMatchObject({ resolvedAt: null });
	});

	test('loses who met it with their account, and stays', async () => {
		const { userId } = await createPerson();
		const base = gathered();
		const events = base.events.map((event) => ({ ...event, userId }));
		await writeErrors([{ ...base, people: new Set([userId, crypto.randomUUID()]), events }]);
		expect(await db.errorPerson.count()).toBe(1);

		await db.user.delete({ where: { id: userId } });

		expect(await db.errorPerson.count()).toBe(0);
		expect(await db.errorEvent.findMany()).toMatchObject([{ userId: null }]);
	});

	test('new ones are a hundred an hour, whatever comes; known ones go on', async () => {
		await writeErrors([gathered()]);
		for (let n = 0; n < 3; n += 1) {
			const many = Array.from({ length: 60 }, (_, m) => gathered({ fingerprint: `${n} ${m}` }));
			await writeErrors([gathered(), ...many]);
		}

		expect(await db.errorGroup.count()).toBe(101);
		expect((await group()).count).toBe(4n);
		const overflow = await db.errorGroup.findUnique({ where: { fingerprint: 'overflow' } });
		expect(overflow?.count).toBe(81n);
	});
});

test('what browsers and runners tell of takes no place of other new errors', async () => {
	const many = (source: 'app' | 'browser' | 'runner', howMany: number) =>
		Array.from({ length: howMany }, (_, n) => gathered({ source, fingerprint: `${source} ${n}` }));
	await writeErrors([...many('browser', 130), ...many('runner', 60)]);

	await writeErrors(many('app', 40));

	const bySource = await db.errorGroup.groupBy({ by: ['source'], _count: true });
	expect(Object.fromEntries(bySource.map(({ source, _count }) => [source, _count]))).toEqual({
		// Twenty of their own, and one that counts the others.
		...{ browser: 21, runner: 21 },
		app: 40
	});
	for (const [source, count] of [['browser', 110n] as const, ['runner', 40n] as const]) {
		const fingerprint = `overflow-${source}`;
		const overflow = await db.errorGroup.findUnique({ where: { fingerprint } });
		expect(overflow).toMatchObject({ count, source });
	}
});

describe('the list', () => {
	const list = async (filter: object) =>
		(await listErrors(await createAdmin(), ErrorFilter.parse(filter))).groups;

	test('has the open ones first, with the hours of a day and the people', async () => {
		const { userId } = await createPerson();
		await writeErrors([
			gathered({ count: 3, people: new Set([userId]) }),
			gathered({
				...{ fingerprint: 'old', message: 'Old', lastAt: at(5 * 3_600_000), source: 'relay' },
				count: 7
			})
		]);
		await createErrorGroup({ resolvedAt: new Date(), message: 'Done' });

		const [first, second, ...others] = await list({});

		expect(others).toEqual([]);
		expect(first).toMatchObject({ message: 'No idea', count: 3, people: 1 });
		expect(first?.hours.at(-1)).toBe(3);
		expect(second?.hours.at(-6)).toBe(7);
		expect(second?.hours).toHaveLength(24);
		expect((await list({ state: 'resolved' })).map(({ message }) => message)).toEqual(['Done']);
		expect(await list({ text: 'OLD' })).toHaveLength(1);
		expect(await list({ text: '%' })).toHaveLength(0);
		expect(await list({ source: 'relay' })).toHaveLength(1);
		expect(await list({ release: 'ab' })).toHaveLength(2);
		expect(await list({ release: 'b' })).toHaveLength(0);
	});

	test('loses and repeats nothing from page to page', async () => {
		const admin = await createAdmin();
		const lastAt = new Date();
		for (let n = 0; n < LIMITS.pageSize + 3; n += 1) await createErrorGroup({ lastAt });

		const first = await listErrors(admin, ErrorFilter.parse({}));
		const rest = await listErrors(admin, { ...ErrorFilter.parse({}), cursor: first.nextCursor });

		expect(new Set([...first.groups, ...rest.groups].map(({ id }) => id)).size).toBe(
			LIMITS.pageSize + 3
		);
		expect(rest.nextCursor).toBeUndefined();
	});
});

test('a request leads to its errors, and an error to one of its events', async () => {
	const admin = callerAs(await createAdmin());
	await writeErrors([gathered()]);
	const { id } = await group();

	const { errors } = await admin.logs.around({ request: 'request-9' });
	const { event, events } = await admin.errors.get({ id, eventId: errors[0]?.id });

	expect(errors).toMatchObject([{ groupId: id, group: { kind: 'TypeError' } }]);
	expect(event).toMatchObject({ id: errors[0]?.id, stack: 'at x', requestId: 'request-9' });
	expect(events).toHaveLength(1);
});

test('a group goes ninety days after its last error, hours and events of those that go on as well', async () => {
	const old = at(91 * DAY_MS);
	await writeErrors([gathered({ fingerprint: 'old', lastAt: old })]);
	await writeErrors([gathered({ lastAt: old })]);
	await writeErrors([gathered()]);

	expect(await purgeErrors(UNHURRIED)).toEqual({ deleted: 1, more: false });
	expect(await purgeErrorDetails(UNHURRIED)).toEqual({ deleted: 2, more: false });

	expect(await db.errorGroup.count()).toBe(1);
	expect(await db.errorEvent.count()).toBe(1);
	expect(await db.errorHour.count()).toBe(1);
});
