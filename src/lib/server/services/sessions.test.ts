import { describe, expect, test } from 'vitest';
import { createPerson, createSessionFor } from '#tests/support/factories';
import { db } from '../db';
import { endOtherSessions, endSession, listSessions } from './sessions';

describe('listSessions', () => {
	test('shows this browser first, then the others by when they were here, and no token', async () => {
		const ada = await createPerson();
		const [first, second, here] = [
			await createSessionFor(ada, { address: '192.0.2.1', place: 'Leipzig, DE' }),
			await createSessionFor(ada),
			await createSessionFor(ada)
		];
		const earlier = new Date(Date.now() - 60_000);
		await db.session.update({ where: { id: here.id }, data: { lastSeenAt: earlier } });
		await db.session.update({ where: { id: second.id }, data: { lastSeenAt: earlier } });
		await createSessionFor(ada, { expires: new Date(Date.now() - 1) });
		await createSessionFor(await createPerson());

		const sessions = await listSessions(ada, { sessionId: here.id });

		expect(sessions.map(({ id, isThis }) => [id, isThis])).toEqual([
			[here.id, true],
			[first.id, false],
			[second.id, false]
		]);
		expect(sessions[1]).toMatchObject({ address: '192.0.2.1', place: 'Leipzig, DE' });
		expect(JSON.stringify(sessions)).not.toMatch(/token/i);
	});
});

describe('endSession', () => {
	test('ends one at once, and says so in the trail', async () => {
		const ada = await createPerson();
		const [one, other] = [await createSessionFor(ada), await createSessionFor(ada)];

		await endSession(ada, one);

		expect(
			await db.session.findMany({ where: { userId: ada.userId }, select: { id: true } })
		).toEqual([other]);
		expect(await db.auditEntry.findMany({ where: { personId: ada.userId } })).toMatchObject([
			{ action: 'session.end', targetId: one.id }
		]);
	});

	test('knows nothing of someone else’s session', async () => {
		const [ada, mallory] = [await createPerson(), await createPerson()];
		const session = await createSessionFor(ada);

		await expect(endSession(mallory, session)).rejects.toMatchObject({ code: 'NOT_FOUND' });

		expect(await db.session.count({ where: session })).toBe(1);
	});
});

describe('endOtherSessions', () => {
	test('leaves the browser that asks, and other people', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const here = await createSessionFor(ada);
		await createSessionFor(ada);
		await createSessionFor(ada);
		await createSessionFor(bob);

		expect(await endOtherSessions(ada, { sessionId: here.id })).toEqual({ ended: 2 });

		expect(await listSessions(ada, { sessionId: here.id })).toHaveLength(1);
		expect(await db.session.count({ where: { userId: bob.userId } })).toBe(1);
		expect(await db.auditEntry.findMany({ where: { personId: ada.userId } })).toMatchObject([
			{ action: 'session.endOthers', details: { ended: 2 } }
		]);
	});
});
