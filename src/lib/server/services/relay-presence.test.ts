import { describe, expect, test } from 'vitest';
import { createRunnerFor } from '#tests/support/computers';
import { createPerson } from '#tests/support/factories';
import { db } from '../db';
import { hearPresence } from './relay-presence';
import { listRunners } from './runners';

const report = (
	relayId: string,
	sequence: number,
	{ changes = [], leaving = false }: Partial<Parameters<typeof hearPresence>[0]> = {}
) => hearPresence({ relayId, sequence, leaving, changes });

describe('being online', () => {
	/** What a relay tells of one computer. */
	const at =
		(runnerId: string, { userId: personId }: { userId: string }) =>
		(online: boolean, epoch: number) => ({
			changes: [
				{
					...{ runnerId, personId, online, epoch },
					...{ connectionId: crypto.randomUUID(), atMs: Date.now() }
				}
			]
		});
	const isOnline = async (person: Parameters<typeof listRunners>[0]) =>
		(await listRunners(person)).map(({ isOnline }) => isOnline);

	test('is what a living relay says, and an older socket ends nothing', async () => {
		const ada = await createPerson();
		const id = await createRunnerFor(ada);
		const life = crypto.randomUUID();
		const told = at(id, ada);

		expect(await isOnline(ada)).toEqual([false]);
		await report(life, 0, told(true, 7));
		expect(await isOnline(ada)).toEqual([true]);
		await report(life, 1, told(false, 6));
		expect(await isOnline(ada)).toEqual([true]);
		await report(life, 0, told(false, 7));
		expect(await isOnline(ada)).toEqual([true]);
		await report(life, 2, told(false, 7));
		expect(await isOnline(ada)).toEqual([false]);
	});

	test('ends with the relay: when it leaves, or is not heard of', async () => {
		const ada = await createPerson();
		const id = await createRunnerFor(ada);
		const [left, killed] = [crypto.randomUUID(), crypto.randomUUID()];
		await report(left, 0, at(id, ada)(true, 1));
		await report(left, 1, { leaving: true });
		expect(await isOnline(ada)).toEqual([false]);
		await report(left, 2);
		expect(await isOnline(ada)).toEqual([false]);

		await report(killed, 0, at(id, ada)(true, 2));
		expect(await isOnline(ada)).toEqual([true]);
		await db.$executeRaw`UPDATE relay_reports SET reported_at = now() - interval '91 seconds'`;
		expect(await isOnline(ada)).toEqual([false]);
	});

	test('cannot be said of a computer by naming another person', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const id = await createRunnerFor(ada);

		await report(crypto.randomUUID(), 0, at(id, bob)(true, 1));

		expect(await isOnline(ada)).toEqual([false]);
	});

	test('is asked for anew when a relay is heard of in the middle of its life', async () => {
		const life = crypto.randomUUID();

		expect(await report(life, 5)).toEqual({ resend: true });
		expect(await report(life, 6)).toEqual({ resend: false });
		expect(await report(crypto.randomUUID(), 0)).toEqual({ resend: false });
	});
});
