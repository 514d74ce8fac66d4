import { beforeEach, expect, test, vi } from 'vitest';
import { signProof, type ProofPurpose } from '#protocol/identity';
import { WIRE } from '#protocol/limits';
import { door, pairedComputer, runnerFault } from '#tests/support/computers';
import { setEnvironment } from '#tests/support/environment';
import { createAdmin, createPerson } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { TellFaults } from '$lib/schemas/runners';
import { flushErrors, startErrorCollector } from '../capture';
import { db } from '../db';
import { POLICIES } from '../rate-limit';
import { takeRunnerFaults } from './runner-faults';
import { makeChallenge } from './runner-proofs';
import { unpairRunner } from './runners';

// Nobody listens there: what relays have to hear is not what these tests are about.
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: 'ws://127.0.0.1:9', LOG_LEVEL: 'error' });

type Computer = Awaited<ReturnType<typeof pairedComputer>>;

beforeEach(async () => {
	await db.$executeRaw`TRUNCATE rate_limits`;
	await db.errorGroup.deleteMany();
	startErrorCollector();
	vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

/** What a computer shows for a purpose. */
async function shownBy({ key, runnerId, credential }: Computer, purpose: ProofPurpose) {
	const { challenge } = makeChallenge({ runnerId });
	const proof = await signProof(key, { purpose, challenge, origin: door.origin });
	return { runnerId, credential, challenge, proof };
}

const tell = async (computer: Computer, faults = [runnerFault]) =>
	takeRunnerFaults({ ...(await shownBy(computer, 'faults')), faults }, door);

test('faults are in groups of runners, with their person’s number, and operators find them', async () => {
	const ada = await createPerson();
	const computer = await pairedComputer(ada);
	const stack = '    at hear (runner/core/runner.ts:1:2)\n    at redis://u:hunter2@x (a.ts:1:2)';
	const odd = {
		...runnerFault,
		kind: 'RangeError',
		message: 'Of ada@coda.example',
		stack,
		times: 7
	};

	expect(await tell(computer, [runnerFault, odd])).toEqual({ taken: 2 });
	await flushErrors();

	const { groups } = await callerAs(await createAdmin()).errors.list({ source: 'runner' });
	expect(groups).toHaveLength(2);
	expect(groups).toContainEqual(
		expect.objectContaining({
			...{ source: 'runner', kind: 'TypeError', message: 'x is not a function' },
			...{ culprit: 'turn in runner/core/turns.ts', count: 1, people: 1, lastRelease: '0.1.0' }
		})
	);
	const event = await db.errorEvent.findFirstOrThrow({ where: { group: { kind: 'RangeError' } } });
	expect(event).toMatchObject({
		...{ source: 'runner', userId: ada.userId, message: 'Of [e-mail]', route: null },
		tags: { system: 'linux-x64', node: '22.1.0', times: '7' }
	});
	expect(JSON.stringify(event)).not.toMatch(/hunter2|Desk|desk\.local/);
});

test('whoever does not prove to be that computer is not heard', async () => {
	const ada = await createPerson();
	const computer = await pairedComputer(ada);
	const faults = [runnerFault];
	const good = await shownBy(computer, 'faults');
	const forTicket = await shownBy(computer, 'ticket');

	for (const shown of [
		{ ...good, credential: 'x'.repeat(43) },
		{ ...good, proof: '' },
		forTicket
	]) {
		await expect(takeRunnerFaults({ ...shown, faults }, door)).rejects.toMatchObject({
			code: 'UNAUTHORIZED'
		});
	}
	await unpairRunner(await shownBy(computer, 'unpair'), door);
	await expect(takeRunnerFaults({ ...good, faults }, door)).rejects.toMatchObject({
		code: 'UNAUTHORIZED'
	});
	await flushErrors();

	expect(await db.errorGroup.count()).toBe(0);
});

test('a computer is heard so often an hour, and of so many at once', async () => {
	const computer = await pairedComputer(await createPerson());
	const { tokens } = POLICIES.runnerFaults;
	for (let n = 0; n < tokens; n += 1) await tell(computer);

	await expect(tell(computer)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
	await expect(tell(await pairedComputer(await createPerson()))).resolves.toEqual({ taken: 1 });

	const asked = { ...(await shownBy(computer, 'faults')), faults: [] as (typeof runnerFault)[] };
	expect(TellFaults.safeParse(asked).success).toBe(false);
	asked.faults = Array(WIRE.faultsPerCall + 1).fill(runnerFault);
	expect(TellFaults.safeParse(asked).success).toBe(false);
	for (const but of [{ stack: 'x'.repeat(4_001) }, { node: 'a b' }, { times: 0 }]) {
		asked.faults = [{ ...runnerFault, ...but }];
		expect(TellFaults.safeParse(asked).success).toBe(false);
	}
});
