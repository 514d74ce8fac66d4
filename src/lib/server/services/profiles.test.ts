import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { createFeatureFor, createIdeaFor, createPerson } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { db } from '../db';
import { deleteFeature } from './feature-trash';
import { getPreferences, updatePreferences } from './preferences';
import { getProfile, getUsage, noteTimeZone, updateProfile } from './profiles';
import { deleteIdea } from './trash';

describe('the profile', () => {
	test('keeps name and zone, and the trail says which of them changed', async () => {
		const ada = await createPerson();

		await callerAs(ada).account.updateProfile({
			name: '  Ada Lovelace ',
			timeZone: 'Europe/London'
		});

		expect(await getProfile(ada)).toMatchObject({
			name: 'Ada Lovelace',
			timeZone: 'Europe/London',
			email: ada.email
		});
		expect(await db.auditEntry.findMany({ where: { personId: ada.userId } })).toMatchObject([
			{ action: 'account.update', changed: ['name', 'timeZone'] }
		]);
	});

	test.each([
		[{ name: 'x'.repeat(LIMITS.personNameChars + 1) }, 'name'],
		[{ timeZone: 'Middle-earth/Shire' }, 'timeZone'],
		[{ timeZone: '+01:00' }, 'timeZone'],
		[{ timeZone: '' }, 'timeZone']
	])('refuses %j at its field', async (changes, field) => {
		const ada = await createPerson();

		const call = callerAs(ada).account.updateProfile(changes);

		await expect(call).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { issues: [{ path: [field] }] }
		});
	});

	test('takes an empty name for none', async () => {
		const ada = await createPerson();
		await updateProfile(ada, { name: 'Ada' });

		await callerAs(ada).account.updateProfile({ name: ' ' });

		expect((await getProfile(ada)).name).toBeNull();
	});

	test('takes the zone of the browser once, and never over what was chosen', async () => {
		const ada = await createPerson();

		await noteTimeZone(ada, { timeZone: 'Europe/Berlin' });
		await noteTimeZone(ada, { timeZone: 'Asia/Tokyo' });

		expect((await getProfile(ada)).timeZone).toBe('Europe/Berlin');
		expect(await db.auditEntry.count({ where: { personId: ada.userId } })).toBe(1);
	});
});

describe('usage', () => {
	test('counts the person’s own ideas and their features, those in the Trash included', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const live = await createIdeaFor(ada, { star: 'super' });
		const thrown = await createIdeaFor(ada, { star: 'super' });
		for (const title of ['A wheel', 'A cog']) await createFeatureFor(ada, thrown.id, { title });
		const lever = await createFeatureFor(ada, live.id);
		await deleteFeature(ada, lever);
		const his = await createIdeaFor(bob);
		await createFeatureFor(bob, his.id);

		await deleteIdea(ada, thrown);

		expect(await getUsage(ada)).toEqual({
			ideas: { used: 2, limit: 20_000, inTrash: 1 },
			features: { used: 2, limit: 1_000, total: 3, inTrash: 1 },
			superStars: { used: 1, limit: 3 }
		});
	});
});

describe('preferences', () => {
	test('change one by one, also at once, and leave what they do not name', async () => {
		const ada = await createPerson();

		await Promise.all([
			updatePreferences(ada, { theme: 'dark' }),
			updatePreferences(ada, { singleKeys: false }),
			updatePreferences(ada, { notices: { news: true } })
		]);

		expect(await getPreferences(ada)).toEqual({
			theme: 'dark',
			singleKeys: false,
			notices: { news: true }
		});
		const trail = await db.auditEntry.findMany({ where: { personId: ada.userId } });
		expect(trail.map(({ changed }) => changed.join()).sort()).toEqual([
			'notices.news',
			'singleKeys',
			'theme'
		]);
	});
});
