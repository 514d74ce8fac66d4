import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { db } from '$lib/server/db';
import { createPerson } from '#tests/support/factories';
import { openBrowser } from '#tests/support/browser';
import { readSession } from '$lib/server/auth/session';
import { startSession } from '$lib/server/auth/start-session';
import { setRole } from '../../scripts/ops/admin-role';
import { endEverySession } from '../../scripts/ops/logout-all';

const operator = userInfo().username;

const trail = (action: string) =>
	db.auditEntry.findMany({ where: { action }, orderBy: { id: 'asc' } });

describe('pnpm ops admin:grant and admin:revoke', () => {
	test('make the first admin of an installation, account and all, and take the role away', async () => {
		const email = 'first@coda.example';

		expect(await setRole(email, 'admin', 'admin:grant')).toContain('The account is new');
		expect(await setRole(email, 'admin', 'admin:grant')).toContain('already');
		expect(await db.user.findUnique({ where: { email } })).toMatchObject({
			role: 'admin',
			emailVerified: null
		});
		await setRole(email, 'user', 'admin:revoke');

		expect(await db.user.findUnique({ where: { email } })).toMatchObject({ role: 'user' });
		expect(await trail('account.role')).toMatchObject([
			{ actorKind: 'system', actorId: 'admin:grant', details: { role: 'admin', operator } },
			{ actorKind: 'system', actorId: 'admin:revoke', details: { role: 'user', operator } }
		]);
	});

	test('take nothing from an account that does not exist', async () => {
		await expect(setRole('nobody@coda.example', 'user', 'admin:revoke')).rejects.toThrow(
			'no account'
		);
	});
});

describe('pnpm ops logout-all', () => {
	test('signs everyone out, and the old cookie is nobody’s', async () => {
		const { userId } = await createPerson();
		const browser = openBrowser();
		await browser.visit((event) =>
			startSession(event, async () => ({ userId, by: 'link', callbackUrl: '/ideas' }))
		);
		expect(await browser.visit(readSession)).toBeDefined();

		const { sessions } = await endEverySession();

		expect(sessions).toBeGreaterThan(0);
		expect(await browser.visit(readSession)).toBeUndefined();
		expect(await trail('session.endAll')).toMatchObject([
			{ actorKind: 'system', actorId: 'logout-all', details: { operator } }
		]);
	});
});
