import { describe, expect, test } from 'vitest';
import type { SignedIn } from '$lib/server/auth/session';
import { createPerson } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';

/** A person whose sign-in is eleven minutes old. */
async function staleCaller() {
	const person = await createPerson();
	const session: SignedIn = {
		sessionId: crypto.randomUUID(),
		authenticatedAt: Date.now() - 11 * 60_000,
		hasConsented: true,
		shell: { theme: null, singleKeys: null, timeZone: null },
		user: { id: person.userId, email: person.email, name: null, role: 'user' }
	};
	return { person, caller: callerAs(person, { session }) };
}

describe('a sign-in that is not fresh', () => {
	test('changes no address, downloads nothing and deletes nothing', async () => {
		const { person, caller } = await staleCaller();

		for (const call of [
			() => caller.account.requestEmailChange({ email: 'new@example.com' }),
			() => caller.account.export({ confirmed: true }),
			() => caller.account.requestDeletion({ email: person.email })
		]) {
			await expect(call()).rejects.toMatchObject({
				code: 'FORBIDDEN',
				cause: { reason: 'auth.fresh' }
			});
		}
	});
});
