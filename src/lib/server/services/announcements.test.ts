import { v4 as uuid } from 'uuid';
import { beforeEach, describe, expect, test } from 'vitest';
import { createPerson } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { readSwitches } from '../switches';
import { acknowledgeAnnouncement, currentAnnouncement } from './announcements';

async function announce(text: string): Promise<string> {
	const id = uuid();
	await db.switch.deleteMany();
	await db.switch.create({
		data: { name: 'announcement', value: { id, text, tone: 'info' } },
		select: { name: true }
	});
	await readSwitches();
	return id;
}

beforeEach(async () => {
	await db.switch.deleteMany();
	await readSwitches();
});

describe('an announcement', () => {
	test('is shown to each person until that person has closed it', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const id = await announce('Ideas saved between 12:00 and 12:10 were lost.');

		await acknowledgeAnnouncement(ada, { id });
		await acknowledgeAnnouncement(ada, { id });

		expect(await currentAnnouncement(ada)).toBeNull();
		expect(await currentAnnouncement(bob)).toMatchObject({ id });
	});

	test('is shown again when there is another one', async () => {
		const ada = await createPerson();
		await acknowledgeAnnouncement(ada, { id: await announce('First.') });

		const id = await announce('Second.');

		expect(await currentAnnouncement(ada)).toMatchObject({ id, text: 'Second.' });
	});

	test('that is not on cannot be closed', async () => {
		const ada = await createPerson();
		await announce('On.');

		await expect(acknowledgeAnnouncement(ada, { id: uuid() })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		expect(await db.announcementAck.count({ where: { userId: ada.userId } })).toBe(0);
	});

	test('costs no statement while there is none, and one while there is', async () => {
		const ada = await createPerson();

		expect(await countStatements(() => currentAnnouncement(ada))).toBe(0);
		await announce('On.');
		expect(await countStatements(() => currentAnnouncement(ada))).toBe(1);
	});
});
