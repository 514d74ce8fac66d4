import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { createAdmin } from '#tests/support/factories';
import { endOutside, hearOutside } from './outside-signals';

beforeEach(async () => {
	await db.alert.deleteMany();
	await db.outsideSignal.deleteMany();
	await db.alertRule.deleteMany();
});

const signal = { key: 'probe-eu', severity: 3, says: 'timeout' };
const alerts = () => db.alert.findMany({ orderBy: { since: 'asc' } });

describe('a monitor outside', () => {
	test('opens an alert of its own and ends it', async () => {
		await hearOutside('1', { ...signal, state: 'firing' });
		await hearOutside('2', { ...signal, state: 'firing' });
		expect(await alerts()).toMatchObject([
			{ rule: 'outside', subject: 'probe-eu', state: 'firing', toldAt: expect.any(Date) }
		]);

		await hearOutside('3', { ...signal, state: 'recovered' });

		expect(await alerts()).toMatchObject([
			{ state: 'recovered', recoveryToldAt: expect.any(Date) }
		]);
		await drainDeferred();
	});

	test('is heard once for each message, however often it is sent at once', async () => {
		const heard = await Promise.all(
			Array.from({ length: 8 }, () => hearOutside('same', { ...signal, state: 'firing' }))
		);

		expect(heard.filter((one) => one === 'taken')).toHaveLength(1);
		await drainDeferred();
	});

	test('is heard without a word where its rule is off', async () => {
		await db.alertRule.create({ data: { key: 'outside', isOn: false } });

		await hearOutside('off', { ...signal, state: 'firing' });

		expect(await alerts()).toEqual([]);
		await drainDeferred();
	});

	test('says nothing any more when a later message was heard', async () => {
		const now = Math.floor(Date.now() / 1_000);
		await hearOutside(`${now}.b`, { ...signal, state: 'recovered' });

		const heard = await hearOutside(`${now - 5}.a`, { ...signal, state: 'firing' });
		const other = { ...signal, key: 'probe-us', state: 'firing' } as const;
		await hearOutside(`${now - 5}.c`, other);

		expect(heard).toBe('outdated');
		expect(await alerts()).toMatchObject([{ subject: 'probe-us', state: 'firing' }]);
		await drainDeferred();
	});

	test('that is gone has its alert ended by an admin, and can begin another', async () => {
		const admin = await createAdmin();
		await hearOutside('1', { ...signal, state: 'firing' });
		const [{ id } = { id: '' }] = await alerts();

		await endOutside(admin, { id });
		await expect(endOutside(admin, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await hearOutside('2', { ...signal, state: 'firing' });

		expect((await alerts()).map(({ state }) => state).toSorted()).toEqual(['firing', 'recovered']);
		expect(await db.auditEntry.count({ where: { targetId: id } })).toBe(1);
		await drainDeferred();
	});
});
