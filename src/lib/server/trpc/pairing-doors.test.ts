import { beforeEach, expect, test } from 'vitest';
import { askingComputer, createRunnerFor, newComputer } from '#tests/support/computers';
import { setEnvironment } from '#tests/support/environment';
import { createPerson, createSessionFor } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { db } from '../db';

// Nobody listens there: what relays have to hear is not what these tests are about.
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: 'ws://127.0.0.1:9' });

beforeEach(() => db.$executeRaw`TRUNCATE rate_limits`);

/** Signed in so many minutes ago. */
async function signedIn(minutesAgo: number) {
	const person = await createPerson();
	const { id: sessionId } = await createSessionFor(person);
	const caller = callerAs({ ...person, sessionId });
	const session = {
		...{ sessionId, authenticatedAt: Date.now() - minutesAgo * 60_000, hasConsented: true },
		shell: { theme: null, singleKeys: null, timeZone: 'UTC' },
		user: { id: person.userId, email: person.email, name: null, role: 'user' as const }
	};
	return { person, caller, at: callerAs({ ...person, sessionId }, { session }) };
}

test('a computer is let in by whoever has signed in within ten minutes, and by nobody else', async () => {
	const { userCode } = await askingComputer();
	const [stale, fresh] = [await signedIn(11), await signedIn(9)];
	const { id } = await fresh.at.pairings.find({ userCode });

	await expect(stale.at.pairings.approve({ id, userCode })).rejects.toMatchObject({
		code: 'FORBIDDEN',
		cause: { reason: 'auth.fresh' }
	});
	expect(await db.pairing.findUnique({ where: { id } })).toMatchObject({ state: 'pending' });

	await expect(fresh.at.pairings.approve({ id, userCode })).resolves.toEqual({ name: 'Desk' });
});

test('a terminal of somebody else’s is not there, whatever the call names', async () => {
	const [ada, mallory] = [await signedIn(0), await signedIn(0)];
	const runnerId = await createRunnerFor(ada.person);
	const { publicKey: browserKey } = await newComputer();
	const asked = { runnerId, sessionId: crypto.randomUUID(), role: 'viewer' as const, browserKey };
	// What no schema has is not looked at.
	const named = {
		...asked,
		userId: ada.person.userId,
		ownerId: ada.person.userId,
		sub: ada.person.userId
	};

	for (const input of [asked, named]) {
		await expect(mallory.caller.terminals.open(input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
	}
	await expect(ada.caller.terminals.open(asked)).resolves.toMatchObject({
		runner: { id: runnerId }
	});
});
