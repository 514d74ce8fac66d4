import { expect, test } from 'vitest';
import { pairedComputer, ticketFor } from '#tests/support/computers';
import { setEnvironment } from '#tests/support/environment';
import { createPerson } from '#tests/support/factories';
import { db } from '../db';

// Nobody listens there: what relays have to hear is not what these tests are about.
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: 'ws://127.0.0.1:9' });

test('a computer that connects is in the trail of its person, once for each network', async () => {
	const ada = await createPerson();
	const computer = await pairedComputer(ada);
	const { runnerId } = computer;
	const connects = () =>
		db.auditEntry.findMany({ where: { personId: ada.userId, action: 'runner.connect' } });

	await ticketFor(computer, { address: '192.0.2.1' });
	await ticketFor(computer, { address: '192.0.2.1' });

	expect(await connects()).toMatchObject([
		{ actorKind: 'runner', actorId: runnerId, targetId: runnerId, outcome: 'done' }
	]);

	// A copy of the key, somewhere else.
	await ticketFor(computer, { address: '198.51.100.1' });
	expect(await connects()).toHaveLength(2);
});
