import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openBrowser } from '#tests/support/browser';
import { createAdmin } from '#tests/support/factories';
import { tokenFor } from '#tests/support/mails';
import { callerAs } from '#tests/support/procedures';
import { createEmailLink } from '../auth/email-links';
import { confirmSignIn, requestSignInLink } from '../auth/sign-in';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { renewProbeAccount } from './probe-account';
import { PROBE_EMAIL, PROBE_ID } from './probe-identity';
import { runProbes } from './probe-runs';

beforeEach(renewProbeAccount);
afterEach(drainDeferred);

describe('the account with which Coda tries itself', () => {
	test('is nobody’s: a link for it signs nobody in, and the attempt stands in the audit', async () => {
		const browser = openBrowser();
		const { token } = await db.$transaction((tx) =>
			createEmailLink(tx, { purpose: 'sign_in', email: PROBE_EMAIL })
		);

		const entering = browser.visit((event) => confirmSignIn(event, token));

		await expect(entering).rejects.toMatchObject({ cause: { reason: 'signIn.disabled' } });
		expect(await db.session.count({ where: { userId: PROBE_ID } })).toBe(0);
		expect(await db.auditEntry.findMany({ where: { personId: PROBE_ID } })).toMatchObject([
			{ action: 'session.refuse', outcome: 'refused' }
		]);
	});

	test('gets no mail, whoever asks for one', async () => {
		const asked = { email: PROBE_EMAIL, callbackUrl: '/ideas' };
		await openBrowser().visit((event) => requestSignInLink(event, asked));
		await drainDeferred();

		expect(await tokenFor(PROBE_EMAIL)).not.toBe('');
		expect(await db.outboxMessage.findMany({ where: { recipient: PROBE_EMAIL } })).toMatchObject([
			{ state: 'withheld', sentAt: null }
		]);
	});

	test('is no person in lists and figures, and no admin can do anything to it', async () => {
		const admin = await createAdmin();
		const { people, overview } = callerAs(admin);
		await db.session.create({
			data: { userId: PROBE_ID, sessionToken: 'x', expires: new Date(Date.now() + 60_000) }
		});
		await db.idea.create({
			data: { ownerId: PROBE_ID, clientKey: crypto.randomUUID(), title: 'x' }
		});

		const { figures, joined } = await overview.get();
		const listed = await people.list({ query: 'probe', filter: 'all' });

		expect(figures).toMatchObject({
			people: (await db.user.count()) - 1,
			activeToday: 0,
			ideas: 0
		});
		expect(joined.at(-1)?.people).toBe((await db.user.count()) - 1);
		expect(listed.people).toEqual([]);
		for (const act of [
			() => people.get({ id: PROBE_ID }),
			() => people.disable({ id: PROBE_ID }),
			() => people.endSessions({ id: PROBE_ID }),
			() => people.setRole({ id: PROBE_ID, role: 'admin' }),
			() => people.delete({ id: PROBE_ID, email: PROBE_EMAIL })
		]) {
			await expect(act()).rejects.toMatchObject({ code: 'NOT_FOUND' });
		}
		expect(await db.session.count({ where: { userId: PROBE_ID } })).toBe(1);
	});

	test('leaves nothing in the audit, and nothing among what people did in the log', async () => {
		const before = await db.auditEntry.count();
		const said = vi.spyOn(console, 'log').mockReturnValue();
		const informed = vi.spyOn(console, 'info').mockReturnValue();

		expect(
			await runProbes({ requestId: 'test', names: ['signIn', 'ideas', 'export'] })
		).toMatchObject([{ isOk: true }, { isOk: true }, { isOk: true }]);

		expect(await db.auditEntry.count()).toBe(before);
		expect(JSON.stringify([said.mock.calls, informed.mock.calls])).not.toContain(PROBE_ID);
		vi.restoreAllMocks();
	});
});
