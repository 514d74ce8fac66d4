import { beforeAll, describe, expect, test } from 'vitest';
import { createPerson } from '#tests/support/factories';
import { plansOf } from '#tests/support/plans';
import { db } from '../db';
import { findText } from './search';

type Person = Awaited<ReturnType<typeof createPerson>>;

const IDEAS = 100;
const FEATURES_EACH = 30;
const OF_STRANGERS = 10_000;

/** Ideas with features: all say “common”, and of each three hundred features one is done. */
async function createPlenty({ userId }: Person) {
	const ids = Array.from({ length: IDEAS }, () => crypto.randomUUID());
	await db.idea.createMany({
		data: ids.map((id, at) => ({
			id,
			ownerId: userId,
			clientKey: crypto.randomUUID(),
			title: `A plan ${at}`,
			notes: 'common',
			linkUrl: at % 100 === 0 ? 'https://a.example/' : null
		}))
	});
	await db.ideaMember.createMany({
		data: ids.map((ideaId, at) => ({
			ideaId,
			userId,
			role: 'owner' as const,
			position: `a${at}`,
			star: at === 0 ? ('super' as const) : ('none' as const),
			tags: at % 100 === 1 ? ['home'] : []
		}))
	});
	await db.feature.createMany({
		data: ids.flatMap((ideaId, at) =>
			Array.from({ length: FEATURES_EACH }, (_, n) => ({
				ideaId,
				clientKey: crypto.randomUUID(),
				title: `A part ${at}.${n}`,
				notes: 'common',
				position: `a${n}`,
				star: (at * 30 + n) % 100 === 2 ? ('star' as const) : ('none' as const),
				completedAt: at % 10 === 0 && n === 0 ? new Date() : null,
				deletedAt: at % 10 === 1 && n === 0 ? new Date() : null,
				undoExpiresAt: at % 10 === 1 && n === 0 ? new Date(Date.now() + 86_400_000) : null
			}))
		)
	});
}

/** Many more ideas of someone else, each with a feature. Written past the triggers: there are many. */
async function createStrangers({ userId }: Person) {
	await db.$transaction(async (tx) => {
		await tx.$executeRaw`SET LOCAL session_replication_role = replica`;
		await tx.$executeRaw`
			INSERT INTO ideas (id, owner_id, client_key, title, notes)
			SELECT gen_random_uuid(), ${userId}::uuid, gen_random_uuid(), 'A plan', 'common'
			FROM generate_series(1, ${OF_STRANGERS}::int)`;
		await tx.$executeRaw`
			INSERT INTO idea_members (idea_id, user_id, role, position)
			SELECT id, owner_id, 'owner', 'a1' FROM ideas WHERE owner_id = ${userId}::uuid`;
		await tx.$executeRaw`
			INSERT INTO features (id, idea_id, client_key, title, notes, position, completed_at)
			SELECT gen_random_uuid(), id, gen_random_uuid(), 'A part', 'common', 'a1', now()
			FROM ideas WHERE owner_id = ${userId}::uuid`;
		await tx.$executeRaw`
			INSERT INTO search_entries (id, kind, owner_id, idea_id, feature_id, title, title_words, words)
			SELECT f.id, 'feature', i.owner_id, i.id, f.id, 'a part', 'part:1', 'common:2 part:1A'
			FROM features AS f JOIN ideas AS i ON i.id = f.idea_id AND i.owner_id = ${userId}::uuid`;
	});
}

describe('how a search comes by its page', () => {
	let ada: Person;

	beforeAll(async () => {
		ada = await createPerson();
		await createPlenty(ada);
		await createStrangers(await createPerson());
		await db.$executeRaw`ANALYZE search_entries, ideas, idea_members, features`;
	});

	test.each([
		'common',
		'nowhere',
		'is:starred',
		'is:super',
		'is:done',
		'is:open',
		'is:archived',
		'in:trash',
		'has:link',
		'has:notes',
		'tag:home',
		'common is:done',
		'common tag:home',
		'common -plan is:starred'
	])('“%s” reads the person’s own rows by an index, and no table from its beginning', async (q) => {
		const plans = await plansOf(() => findText(ada, { q }));

		expect(plans.length).toBeLessThanOrEqual(3);
		for (const steps of plans) {
			const whole = steps.filter(({ type, table }) => type === 'Seq Scan' && table);
			expect(whole).toEqual([]);
			for (const { table, rows } of steps) {
				if (table) expect(rows).toBeLessThanOrEqual(IDEAS * (FEATURES_EACH + 1));
			}
		}
	});

	test('a common word has the same pages however often it is asked', async () => {
		const pages = await Promise.all(
			Array.from({ length: 4 }, () => findText(ada, { q: 'common', cursor: undefined }))
		);
		const seen: string[] = [];
		for (let cursor: string | undefined, page = 0; page < 30; page += 1) {
			const { hits, nextCursor } = await findText(ada, { q: 'common', cursor });
			seen.push(...hits.map(({ id }) => id));
			cursor = nextCursor;
			if (!cursor) break;
		}

		for (const { hits } of pages) expect(hits.map(({ id }) => id)).toEqual(seen.slice(0, 20));
		expect(seen).toHaveLength(600);
		expect(new Set(seen).size).toBe(600);
	});

	test('what is rare among much is found, with a word and without one', async () => {
		const [alone, said] = [
			await findText(ada, { q: 'is:done' }),
			await findText(ada, { q: 'common is:done' })
		];

		expect(alone.hits).toHaveLength(10);
		expect(said.hits.map(({ id }) => id).toSorted()).toEqual(
			alone.hits.map(({ id }) => id).toSorted()
		);
		expect(said.isCapped).toBe(false);
	});
});
