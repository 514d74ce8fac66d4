import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	connect,
	connectPair,
	newIds,
	startRelay,
	ticketsOf,
	type TestIds,
	type TestRelay
} from '#tests/support/relay';
import type { RelayEvent, RevokedTarget } from '#protocol/events';

let relay: TestRelay;
let ids: TestIds;
beforeEach(async () => {
	relay = await startRelay();
	ids = newIds();
});
afterEach(() => relay.stop());

const tellPeople = (...people: string[]): RelayEvent => ({
	type: 'tell-people',
	people,
	notice: { kind: 'idea.changed', ideaId: ids.sessionId }
});

describe('what the app posts', () => {
	test('reaches the browsers of whom it is for, and nobody else', async () => {
		const mine = await connect(relay.url, ticketsOf(ids).events);
		const theirs = await connect(relay.url, ticketsOf(newIds()).events);
		const { runner, writer } = await connectPair(relay.url, ids);
		await mine.said('ready');
		await theirs.said('ready');

		expect(await relay.post([tellPeople(ids.personId)])).toBe(202);

		expect(await mine.said('notice')).toMatchObject({ notice: { kind: 'runner.online' } });
		expect(await mine.said('notice')).toMatchObject({ notice: { kind: 'idea.changed' } });
		expect([theirs.waiting, runner.waiting, writer.waiting]).toEqual([[], [], []]);
	});

	test('reaches a runner that there is work', async () => {
		const { runner } = await connectPair(relay.url, ids);

		await relay.post([
			{ type: 'tell-runners', runners: [ids.runnerId], notice: { kind: 'job.waiting' } }
		]);

		expect(await runner.said('notice')).toMatchObject({ notice: { kind: 'job.waiting' } });
	});

	test.each([
		['the wrong secret', 'theirs'],
		['no secret', ''],
		['a secret that is longer', 'tests-only-internal-0123456789abcdefghijklm']
	])('is not listened to with %s', async (_name, secret) => {
		const listener = await connect(relay.url, ticketsOf(ids).events);
		await listener.said('ready');

		expect(await relay.post([tellPeople(ids.personId)], secret)).toBe(401);

		await relay.post([tellPeople(ids.personId)]);
		await listener.said('notice');
		expect(listener.waiting).toEqual([]);
	});

	test('is refused where it makes no sense, or is too much', async () => {
		expect(await relay.post([])).toBe(400);
		expect(await relay.post([{ type: 'nonsense' } as unknown as RelayEvent])).toBe(400);
		expect(await relay.post(Array.from({ length: 501 }, () => tellPeople(ids.personId)))).toBe(400);
		const people = Array.from({ length: 1_000 }, () => ids.personId);
		expect(await relay.post(Array.from({ length: 10 }, () => tellPeople(...people)))).toBe(413);
	});
});

test('a browser hears when a computer of its person comes and goes', async () => {
	const listener = await connect(relay.url, ticketsOf(ids).events);
	await listener.said('ready');
	const { runnerId } = ids;

	const runner = await connect(relay.url, ticketsOf(ids)['runner-control']);
	expect(await listener.said('notice')).toMatchObject({ notice: { runnerId, online: true } });
	runner.close();

	expect(await listener.said('notice')).toMatchObject({ notice: { runnerId, online: false } });
});

describe('what is revoked', () => {
	const roles = ['runner-control', 'writer', 'viewer', 'events'] as const;
	type Case = [RevokedTarget['of'], (of: TestIds) => RevokedTarget, (typeof roles)[number][]];
	test.each<Case>([
		[
			'runner',
			({ runnerId: id }) => ({ of: 'runner', id }),
			['runner-control', 'writer', 'viewer']
		],
		['session', ({ sessionId: id }) => ({ of: 'session', id }), ['writer', 'viewer']],
		['sign-in', ({ signInId: id }) => ({ of: 'sign-in', id }), ['writer', 'viewer', 'events']],
		['person', ({ personId: id }) => ({ of: 'person', id }), [...roles]],
		['devmode', () => ({ of: 'devmode' }), ['runner-control', 'writer', 'viewer']]
	])('(%s) closes at once what falls under it, and nothing else', async (of, target, closed) => {
		const tickets = ticketsOf(ids);
		const others = await connectPair(relay.url);
		const ends = await Promise.all(roles.map((role) => connect(relay.url, tickets[role])));
		await Promise.all(ends.map((end) => end.said('ready')));
		const begun = performance.now();

		await relay.post([{ type: 'revoked', target: target(ids), atMs: Date.now() }]);

		const expected = of === 'devmode' ? [4503, 'unavailable'] : [4403, 'revoked'];
		for (const [index, role] of roles.entries()) {
			const end = ends[index];
			if (!closed.includes(role)) expect(end?.socket.readyState, role).toBe(1);
			else {
				const { code, reason } = (await end?.closed) ?? {};
				expect([code, reason], role).toEqual(expected);
			}
		}
		expect(performance.now() - begun).toBeLessThan(2_000);
		if (of !== 'devmode') expect(others.writer.socket.readyState).toBe(1);
	});

	test('takes no ticket from before any more, and those from after it', async () => {
		const { writer } = ticketsOf(ids);
		const atMs = Date.now() - 10_000;
		await relay.post([{ type: 'revoked', target: { of: 'runner', id: ids.runnerId }, atMs }]);

		const before = await connect(relay.url, writer, { nowMs: atMs - 5_000 });
		expect(await before.closed).toEqual({ code: 4401, reason: 'ticket-refused' });

		const after = await connect(relay.url, writer);
		expect(await after.said('ready')).toBeDefined();
	});
});
