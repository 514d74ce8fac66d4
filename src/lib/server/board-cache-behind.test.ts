import { afterAll, beforeAll, expect, test } from 'vitest';
import { setEnvironment } from '#tests/support/environment';
import { createIdeaFor, createPerson } from '#tests/support/factories';
import { startRedis, type TestRedis } from '#tests/support/redis';
import { startReplicatedPostgres, type ReplicatedPostgres } from '#tests/support/standby';
import { startUpstash, type UpstashServer } from '#tests/support/upstash-server';
import { renewBoards } from './board-cache';
import { withReads, withRequestContext } from './request-context';
import type { PersonalActor } from './services/actor';
import { listIdeas } from './services/board';

let redis: TestRedis;
let upstash: UpstashServer;
let postgres: ReplicatedPostgres;

beforeAll(async () => {
	redis = await startRedis();
	upstash = await startUpstash(redis.url);
	postgres = await startReplicatedPostgres();
	setEnvironment({
		UPSTASH_REDIS_REST_URL: upstash.url,
		UPSTASH_REDIS_REST_TOKEN: upstash.token,
		DATABASE_URL: postgres.primaryUrl,
		DATABASE_REPLICA_URL: postgres.standbyUrl
	});
}, 60_000);

afterAll(async () => {
	const { replica } = await import('./replica');
	const { db } = await import('./db');
	await Promise.all([replica()?.$disconnect(), db.$disconnect()]);
	await postgres.stop();
	await upstash.stop();
	await redis.stop();
});

/** What a browser sees of the board: one in which nothing was changed lately may be behind. */
const boardIn = (actor: PersonalActor, browser: { mayBeBehind: boolean }) =>
	withRequestContext({ requestId: 'test' }, () =>
		withReads(browser.mayBeBehind, async () => {
			const { ideas } = await listIdeas(actor, { sort: 'manual', filter: 'all' });
			return ideas.map(({ title }) => title);
		})
	);

test('a page that a replica gave late is not kept for the browser that made the change', async () => {
	const ada = await createPerson();
	await createIdeaFor(ada, { title: 'Before' });
	await postgres.caughtUp();
	await postgres.pause(true);
	await createIdeaFor(ada, { title: 'Just now' });
	await renewBoards([ada.userId]);

	expect(await boardIn(ada, { mayBeBehind: true })).toEqual(['Before']);
	expect(await boardIn(ada, { mayBeBehind: false })).toEqual(['Just now', 'Before']);
	// What came from the primary is kept, and nobody is shown less.
	expect(await boardIn(ada, { mayBeBehind: true })).toEqual(['Just now', 'Before']);

	await postgres.pause(false);
});
