import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MaintenanceMode } from '$lib/schemas/switches';
import { createAdmin, createIdeaFor, createPerson } from '#tests/support/factories';
import { callerAs, callProcedure, isMutation, procedurePaths } from '#tests/support/procedures';
import { db } from '../db';
import { readSwitches } from '../switches';

const mutations = procedurePaths.filter((path) => isMutation(path));

let ada: Awaited<ReturnType<typeof createPerson>>;
let admin: Awaited<ReturnType<typeof createAdmin>>;

beforeAll(async () => {
	ada = await createPerson();
	admin = await createAdmin();
	await createIdeaFor(ada);
});

afterEach(() => shut('off'));

/** Shuts the service as the switch does, and as the environment of a request would see it. */
async function shut(mode: MaintenanceMode): Promise<void> {
	await db.switch.deleteMany();
	if (mode !== 'off') {
		await db.switch.create({
			data: { name: 'maintenance', value: { mode } },
			select: { name: true }
		});
	}
	await readSwitches();
}

/** What every table holds, as one hash for each. Counters of limits count the attempts, too. */
async function contents(): Promise<Record<string, string>> {
	const tables = await db.$queryRaw<{ name: string }[]>`
		SELECT tablename AS name FROM pg_tables
		WHERE schemaname = 'public' AND tablename NOT IN ('rate_limits', 'switches')`;
	const hashes: Record<string, string> = {};
	for (const { name } of tables) {
		const [row] = await db.$queryRawUnsafe<{ hash: string }[]>(
			`SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS hash FROM "${name}" AS t`
		);
		hashes[name] = row?.hash ?? '';
	}
	return hashes;
}

describe('in read-only', () => {
	test.each(mutations)('%s changes nothing, and says why', async (path) => {
		await shut('read-only');
		const before = await contents();

		for (const caller of [
			callerAs(ada),
			callerAs(ada, { transport: 'http' }),
			callerAs(ada, { transport: 'form' }),
			callerAs()
		]) {
			await expect(callProcedure(caller, path, {})).rejects.toMatchObject({
				code: 'SERVICE_UNAVAILABLE',
				cause: { reason: 'maintenance.readOnly' }
			});
		}

		expect(await contents()).toEqual(before);
	});

	test('everything can be read', async () => {
		await shut('read-only');

		expect((await callerAs(ada).ideas.list({ sort: 'manual', filter: 'all' })).ideas).toHaveLength(
			1
		);
	});

	test('an admin’s own ideas rest as well, and what operators do goes on', async () => {
		await shut('read-only');
		const caller = callerAs(admin);

		await expect(callProcedure(caller, 'ideas.create', {})).rejects.toMatchObject({
			code: 'SERVICE_UNAVAILABLE'
		});
		await caller.switches.clear({ name: 'maintenance' });
		await expect(callProcedure(caller, 'ideas.create', {})).rejects.toMatchObject({
			code: 'BAD_REQUEST'
		});
	});
});

describe('in full maintenance', () => {
	test.each(mutations)('%s is refused to a person', async (path) => {
		await shut('full');

		await expect(callProcedure(callerAs(ada), path, {})).rejects.toMatchObject({
			code: 'SERVICE_UNAVAILABLE',
			cause: { reason: 'maintenance.full' }
		});
	});

	test('an admin may try everything', async () => {
		await shut('full');

		await createIdeaFor(admin);
		await expect(callProcedure(callerAs(admin), 'ideas.create', {})).rejects.toMatchObject({
			code: 'BAD_REQUEST'
		});
	});
});
