import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setEnvironment } from '#tests/support/environment';
import { createIdeaFor, createPerson } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { startRedis, type TestRedis } from '#tests/support/redis';
import { countStatements } from '#tests/support/statements';
import { startUpstash, type UpstashServer } from '#tests/support/upstash-server';
import { db } from './db';
import { counters } from './counters';
import { listIdeas } from './services/board';

let redis: TestRedis;
let upstash: UpstashServer;
const VIEW = { sort: 'manual', filter: 'all' } as const;

beforeAll(async () => {
	redis = await startRedis();
	upstash = await startUpstash(redis.url);
	setEnvironment({
		UPSTASH_REDIS_REST_URL: upstash.url,
		UPSTASH_REDIS_REST_TOKEN: upstash.token
	});
});

afterAll(async () => {
	await upstash.stop();
	await redis.stop();
});

beforeEach(() => upstash.lie());

const titles = async (person: Awaited<ReturnType<typeof createPerson>>) =>
	(await listIdeas(person, VIEW)).ideas.map(({ title }) => title);

describe('the first page of a board', () => {
	test('asks the database once while nothing changes, and is the same to the last date', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada, { title: 'Engine' });

		const first = await listIdeas(ada, VIEW);
		const asked = await countStatements(async () => {
			expect(await listIdeas(ada, VIEW)).toEqual(first);
		});

		expect(asked).toBe(0);
	});

	test('is another for another view, and for another person', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		await createIdeaFor(ada, { title: 'Hers' });
		await titles(ada);

		expect(await titles(bob)).toEqual([]);
		expect((await listIdeas(ada, { ...VIEW, filter: 'starred' })).ideas).toEqual([]);
	});

	test('shows each change to whoever made it, while others read all the time', async () => {
		const ada = await createPerson();
		const caller = callerAs(ada);
		const idea = await caller.ideas.create({ clientKey: crypto.randomUUID(), title: 'v0' });
		let isOver = false;
		const readers = Array.from({ length: 6 }, async () => {
			while (!isOver) await titles(ada);
		});

		for (let version = 1; version <= 40; version += 1) {
			await caller.ideas.update({ id: idea.id, version, title: `v${version}` });
			expect(await titles(ada)).toEqual([`v${version}`]);
		}
		isOver = true;
		await Promise.all(readers);

		expect(counters()['board.cached']).toBeGreaterThan(0);
	});

	test('comes from the database when Redis lies or is gone', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada, { title: 'Engine' });
		upstash.lie((_, response) => response.writeHead(500).end('nonsense'));

		expect(await titles(ada)).toEqual(['Engine']);

		await redis.kill();
		await db.idea.updateMany({ where: { ownerId: ada.userId }, data: { title: 'Motor' } });
		expect(await titles(ada)).toEqual(['Motor']);
	});
});
