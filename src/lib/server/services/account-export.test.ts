import { describe, expect, test } from 'vitest';
import {
	createFeatureFor,
	createIdeaFor,
	createPerson,
	createSessionFor,
	shareIdea
} from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { collectStatements } from '#tests/support/statements';
import { db } from '../db';
import { checkLimit, POLICIES } from '../rate-limit';
import { exportAccount } from './account-export';
import { withRequestContext } from '../request-context';
import type { PersonalActor } from './actor';
import { starIdea } from './stars';
import { deleteIdea } from './trash';

/** What a download holds, and the length of its longest piece. */
async function download(person: PersonalActor) {
	let text = '';
	let longest = 0;
	for await (const piece of await exportAccount(person)) {
		text += piece;
		longest = Math.max(longest, piece.length);
	}
	return { text, longest, content: JSON.parse(text) as Record<string, never[]> };
}

describe('exportAccount', () => {
	test('has everything of the person, those in the Trash included, and no secret', async () => {
		const ada = await createPerson();
		const { userId, email } = ada;
		await db.user.update({ where: { id: userId }, data: { passwordHash: '$argon2id$secret' } });
		const live = await createIdeaFor(ada, { title: 'Engine “α”', notes: 'x\u2028y' });
		await withRequestContext(
			{ requestId: 'test-export' },
			() => starIdea(ada, { id: live.id, star: 'super' }),
			{ address: '192.0.2.44', userAgent: 'Another browser', place: null }
		);
		const thrown = await createIdeaFor(ada, { title: 'Thrown away' });
		const wheel = await createFeatureFor(ada, live.id, { title: 'A wheel', notes: 'It turns.' });
		const cog = await createFeatureFor(ada, thrown.id, { title: 'A cog' });
		await db.revision.create({
			data: {
				ideaId: live.id,
				featureId: wheel.id,
				userId,
				version: 1,
				content: { title: 'A whel' }
			}
		});
		await deleteIdea(ada, thrown);
		await createSessionFor(ada, { address: '192.0.2.9', userAgent: 'A browser' });
		await db.browser.create({ data: { userId, tokenHash: 'secret-browser' } });
		await db.consent.create({ data: { userId, document: 'terms', version: '1' } });
		await db.problemReport.create({ data: { userId, text: 'It broke', page: '/', release: '1' } });
		await db.outboxMessage.create({
			data: { kind: 'mail', state: 'sent', recipient: email, template: 'signIn', payload: 'secret' }
		});
		await db.emailLink.create({
			data: { purpose: 'sign_in', email, tokenHash: 'secret-link', expiresAt: new Date() }
		});

		const { text, content } = await download(ada);

		expect(content).toMatchObject({
			format: 'coda.account',
			version: 1,
			account: { id: userId, email, hasPassword: true, preferences: { theme: 'system' } },
			sessions: [{ address: '192.0.2.9', userAgent: 'A browser' }],
			browsers: [{ userId }],
			consents: [{ document: 'terms', version: '1' }],
			ideas: [
				{ id: live.id, title: 'Engine “α”', notes: 'x\u2028y', role: 'owner', star: 'super' },
				{ id: thrown.id, title: 'Thrown away', deletedAt: expect.any(String) }
			],
			features: [
				{ id: wheel.id, ideaId: live.id, title: 'A wheel', notes: 'It turns.' },
				{ id: cog.id, ideaId: thrown.id, title: 'A cog' }
			],
			revisions: [{ featureId: wheel.id, version: 1, content: { title: 'A whel' } }],
			undoActions: [{ kind: 'idea.star' }, { kind: 'idea.delete' }],
			links: [{ purpose: 'sign_in', email }],
			mails: [{ template: 'signIn', state: 'sent' }],
			problemReports: [{ text: 'It broke' }],
			complete: true
		});
		expect(content.activity).toContainEqual(
			expect.objectContaining({
				action: 'idea.star',
				by: 'you',
				origin: { address: '192.0.2.44', userAgent: 'Another browser', place: null }
			})
		);
		expect(content.activity?.map(({ action }) => action)).toContain('account.export');
		expect(text).not.toMatch(/secret|token_?hash|argon2/i);
	});

	test('has nothing of others, also where they share an idea', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const his = await createIdeaFor(bob, { title: 'Bob’s title', notes: 'Bob’s notes' });
		const cog = await createFeatureFor(bob, his.id, { title: 'Bob’s cog' });
		await db.revision.create({
			data: {
				ideaId: his.id,
				featureId: cog.id,
				userId: ada.userId,
				version: 1,
				content: { title: 'Bob’s' }
			}
		});
		await shareIdea(his.id, ada, 'editor');
		const hers = await createIdeaFor(ada);
		await db.revision.create({
			data: { ideaId: hers.id, userId: bob.userId, version: 1, content: { title: 'Hers' } }
		});
		await shareIdea(hers.id, bob, 'viewer');
		await createSessionFor(bob, { address: '198.51.100.1' });

		const { text, content } = await download(ada);

		expect(content.ideas).toHaveLength(2);
		expect(content.ideas).toContainEqual(expect.objectContaining({ id: his.id, role: 'editor' }));
		for (const his of [bob.userId, bob.email, 'Bob’s', '198.51.100.1']) {
			expect(text).not.toContain(his);
		}
	});

	test('reads 5,000 ideas page by page, each once, with no more than a page in memory', async () => {
		const ada = await createPerson();
		await db.$executeRaw`
			WITH made AS (
				INSERT INTO ideas (id, owner_id, client_key, title, notes)
				SELECT gen_random_uuid(), ${ada.userId}::uuid, gen_random_uuid(), 'Idea ' || n, repeat('n', 200)
				FROM generate_series(1, 5000) AS n RETURNING id
			)
			INSERT INTO idea_members (idea_id, user_id, role, position)
			SELECT id, ${ada.userId}::uuid, 'owner', 'a0' FROM made`;
		let got: Awaited<ReturnType<typeof download>> | undefined;

		const statements = await collectStatements(async () => {
			got = await download(ada);
		});

		const pages = statements.filter((sql) => /FROM "public"\."idea_members"/.test(sql));
		expect(pages).toHaveLength(5_000 / 200 + 1);
		const ideas = await db.idea.findMany({
			where: { ownerId: ada.userId },
			orderBy: { id: 'asc' },
			select: { id: true }
		});
		expect(got?.content.ideas?.map(({ id }) => ({ id }))).toEqual(ideas);
		expect(got?.longest).toBeLessThan((got?.text.length ?? 0) / 20);
	});

	test('is refused the eleventh time in ten seconds, and then leaves no entry', async () => {
		const ada = await createPerson();
		const caller = callerAs(ada);
		await caller.account.export({ confirmed: true });
		// One after the other: a counter that is asked by many at once answers late, and is given up.
		for (let used = 1; used < POLICIES.export.tokens; used += 1) {
			await checkLimit('export', ada.userId);
		}

		await expect(caller.account.export({ confirmed: true })).rejects.toMatchObject({
			code: 'TOO_MANY_REQUESTS'
		});
		expect(await db.auditEntry.count({ where: { personId: ada.userId } })).toBe(1);
	});
});
