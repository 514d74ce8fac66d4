import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setEnvironment } from '#tests/support/environment';
import { createIdeaFor, createPerson } from '#tests/support/factories';
import { startReplicatedPostgres, type ReplicatedPostgres } from '#tests/support/standby';
import { counters } from './counters';
import { readReplicaLag, replicaLag } from './replica';
import { noteWrite, withReads, withRequestContext } from './request-context';
import type { PersonalActor } from './services/actor';
import { listIdeas } from './services/board';

let postgres: ReplicatedPostgres;

beforeAll(async () => {
	postgres = await startReplicatedPostgres();
	// Read at the first query: from here on this file's application is on the two of them.
	setEnvironment({
		DATABASE_URL: postgres.primaryUrl,
		DATABASE_REPLICA_URL: postgres.standbyUrl
	});
}, 60_000);

afterAll(async () => {
	const { replica } = await import('./replica');
	const { db } = await import('./db');
	await Promise.all([replica()?.$disconnect(), db.$disconnect()]);
	await postgres.stop();
});

/** What a request sees of the board. */
const boardInRequest = (actor: PersonalActor, { mayBeBehind = true, writes = false } = {}) =>
	withRequestContext({ requestId: 'test' }, () =>
		withReads(mayBeBehind, async () => {
			if (writes) noteWrite();
			const { ideas } = await listIdeas(actor, { sort: 'manual', filter: 'all' });
			return ideas.map(({ title }) => title);
		})
	);

describe('lists with a replica', () => {
	test('come from it, also when it is behind', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada, { title: 'Known everywhere' });
		await postgres.caughtUp();
		await postgres.pause(true);
		await createIdeaFor(ada, { title: 'Known to the primary' });

		const seen = await boardInRequest(ada);

		expect(seen).toEqual(['Known everywhere']);
		await postgres.pause(false);
	});

	test('come from the primary for whoever has just changed something', async () => {
		const ada = await createPerson();
		await postgres.caughtUp();
		await postgres.pause(true);
		await createIdeaFor(ada, { title: 'Just now' });

		expect(await boardInRequest(ada, { mayBeBehind: false })).toEqual(['Just now']);
		expect(await boardInRequest(ada, { writes: true })).toEqual(['Just now']);
		await postgres.pause(false);
	});

	test('have a replica whose distance is known', async () => {
		await postgres.caughtUp();
		expect((await readReplicaLag())?.seconds).toBe(0);
		expect(await replicaLag()).toEqual({ state: 'following', seconds: 0 });

		await postgres.pause(true);
		await createPerson();

		await expect.poll(async () => (await readReplicaLag())?.seconds).toBeGreaterThan(0);
		await postgres.pause(false);
	});

	test('come from the primary when the replica is gone, and nobody notices', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada, { title: 'Still here' });
		const before = counters()['reads.fromPrimary'];
		await postgres.loseStandby();

		for (let i = 0; i < 5; i += 1) expect(await boardInRequest(ada)).toEqual(['Still here']);

		expect(counters()['reads.fromPrimary']).toBe(before + 5);
		expect(await replicaLag()).toEqual({ state: 'silent' });
	});
});
