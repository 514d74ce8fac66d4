import { beforeAll, expect, test } from 'vitest';
import { db } from '$lib/server/db';
import { env } from '$lib/server/env';
import type { PersonalActor } from '$lib/server/services/actor';
import { listIdeas } from '$lib/server/services/board';
import { countDatabaseConnections } from '$lib/server/services/database-connections';
import { createIdeaFor, createPerson } from '#tests/support/factories';

let ada: PersonalActor;

beforeAll(async () => {
	ada = await createPerson();
});

/** The connections of this process, by state. */
async function ours(): Promise<Record<string, number>> {
	const { groups } = await countDatabaseConnections();
	return Object.fromEntries(
		groups
			.filter(({ application }) => application === 'coda-web')
			.map(({ state, connections }) => [state, connections])
	);
}

const sum = (counts: Record<string, number>) =>
	Object.values(counts).reduce((all, one) => all + one, 0);

/** What people do, what fails on the way, and what is given up: each uses a connection and must give it back. */
const acts = [
	() => listIdeas(ada, { sort: 'manual', filter: 'all' }),
	() => createIdeaFor(ada, { title: 'Under load' }),
	() => db.$queryRaw`SELECT * FROM nowhere`,
	() =>
		db.$transaction(async (tx) => {
			await tx.idea.count();
			throw new Error('given up within a transaction');
		}),
	() =>
		db.$transaction(async (tx) => {
			await tx.$executeRaw`SET LOCAL statement_timeout = 5`;
			await tx.$queryRaw`SELECT pg_sleep(1)::text`;
		})
];

test('under load there are never more connections than the pool may have, and afterwards all are idle', async () => {
	const most = env().DATABASE_POOL_MAX;
	let seen = 0;
	let isOver = false;
	const watching = (async () => {
		while (!isOver) seen = Math.max(seen, sum(await ours()));
	})();

	const load = Array.from({ length: 100 }, (_, at) => acts[at % acts.length]?.());
	const ended = await Promise.allSettled(load);
	isOver = true;
	await watching;

	expect(seen).toBeGreaterThan(1);
	expect(seen).toBeLessThanOrEqual(most);
	expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
	const { active, idle = 0, ...stuck } = await ours();
	// The one that is active asks.
	expect(active).toBe(1);
	expect(idle).toBeLessThan(most);
	expect(stuck).toEqual({});
});
