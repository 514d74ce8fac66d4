import { expect, test } from 'vitest';
import { createAdmin, createIdeaFor, createPerson } from '#tests/support/factories';
import { db } from '../db';
import { getOverview } from './overview';
import { setSwitch } from './switches';

test('counts people, ideas and mails, and who joined on which day', async () => {
	const admin = await createAdmin();
	const ada = await createPerson();
	await createIdeaFor(ada);
	await db.user.update({
		where: { id: ada.userId },
		data: { createdAt: new Date(Date.now() - 3 * 86_400_000), disabledAt: new Date() }
	});
	await db.session.create({
		data: { userId: ada.userId, sessionToken: 'x', expires: new Date(Date.now() + 60_000) }
	});
	await db.outboxMessage.createMany({
		data: [
			{ kind: 'mail', state: 'pending', nextAttemptAt: new Date(Date.now() - 90_000) },
			{ kind: 'mail', state: 'failed' }
		]
	});

	await setSwitch(admin, {
		name: 'signUps',
		value: false,
		forSeconds: 3600,
		reason: '',
		confirmed: false
	});

	const { chain, connections, figures, joined, readiness, release, switched } =
		await getOverview(admin);

	expect(figures).toMatchObject({
		people: 2,
		joinedThisWeek: 2,
		activeToday: 1,
		admins: 1,
		disabled: 1,
		ideas: 1,
		mailsWaiting: 1,
		mailsFailedToday: 1
	});
	expect(figures.oldestMailSeconds).toBeGreaterThanOrEqual(90);
	expect(joined).toHaveLength(14);
	expect(joined.at(-1)?.people).toBe(1);
	expect(joined.at(-4)?.people).toBe(1);
	expect(connections.taken).toBeGreaterThan(0);
	expect(connections.available).toBeGreaterThan(connections.taken);
	expect(chain).toMatchObject({ sequence: null, unsealed: 2 });
	expect(switched).toMatchObject([{ name: 'signUps', until: expect.any(Date) }]);
	expect(readiness.checks.map(({ name }) => name)).toContain('database');
	expect(release.schema).toMatch(/^\d{14}_/);
});
