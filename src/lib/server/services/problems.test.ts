import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { createAdmin, createPerson } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { db } from '../db';
import { RETENTION } from '../retention';
import { UNHURRIED } from './batches';
import { listProblems, purgeProblems, reportProblem } from './problems';

const problem = { text: 'The star does not stay.', page: '/ideas', requestId: 'abc-12345678' };

describe('reporting a problem', () => {
	test('keeps what was said, where, and by whom', async () => {
		const ada = await createPerson();

		const { id } = await callerAs(ada).problems.report(problem);

		const admin = await createAdmin();
		const { problems } = await listProblems(admin, {});
		expect(problems.find((one) => one.id === id)).toMatchObject({
			...problem,
			release: 'development',
			user: { email: ada.email }
		});
	});

	test('works for whoever is not signed in', async () => {
		const { id } = await callerAs().problems.report(problem);

		expect(await db.problemReport.findUnique({ where: { id } })).toMatchObject({ userId: null });
	});

	test('takes the path of an address and nothing behind it', async () => {
		const { id } = await callerAs(await createPerson()).problems.report({
			...problem,
			page: 'https://coda.example/sign-in/confirm?token=secret#also',
			requestId: '<script>'
		});

		expect(await db.problemReport.findUnique({ where: { id } })).toMatchObject({
			page: '/sign-in/confirm',
			requestId: null
		});
	});

	test.each(['', ' \n ', 'x'.repeat(LIMITS.problemChars + 1)])(
		'refuses a text that says nothing or too much',
		async (text) => {
			await expect(
				callerAs(await createPerson()).problems.report({ ...problem, text })
			).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		}
	);

	test('is limited per person', async () => {
		const caller = callerAs(await createPerson());
		for (let i = 0; i < 5; i += 1) await caller.problems.report(problem);

		await expect(caller.problems.report(problem)).rejects.toMatchObject({
			code: 'TOO_MANY_REQUESTS'
		});
	});
});

describe('the list of problems', () => {
	test('has each once, the latest first, also where the time is the same', async () => {
		await db.problemReport.deleteMany();
		const at = new Date('2026-11-25T12:00:00Z');
		await db.problemReport.createMany({
			data: Array.from({ length: LIMITS.pageSize * 2 + 7 }, (_, n) => ({
				text: `Number ${n}`,
				page: '/',
				release: 'r',
				createdAt: new Date(at.valueOf() + Math.floor(n / 40))
			}))
		});
		const admin = await createAdmin();

		const seen: string[] = [];
		let cursor: string | undefined;
		do {
			const page = await callerAs(admin).problems.list({ cursor });
			seen.push(...page.problems.map(({ id }) => id));
			cursor = page.nextCursor;
		} while (cursor);

		expect(seen).toHaveLength(LIMITS.pageSize * 2 + 7);
		expect(new Set(seen).size).toBe(seen.length);
	});

	test('forgets what is older than it is kept', async () => {
		const actor = await createPerson();
		const [old, recent] = [
			await reportProblem(actor, problem),
			await reportProblem(actor, problem)
		];
		const createdAt = new Date(Date.now() - (RETENTION.problemReportDays + 1) * 86_400_000);
		await db.problemReport.update({ where: { id: old.id }, data: { createdAt } });

		expect(await purgeProblems(UNHURRIED)).toEqual({ deleted: 1, more: false });
		expect(await db.problemReport.count({ where: { id: { in: [old.id, recent.id] } } })).toBe(1);
	});
});
