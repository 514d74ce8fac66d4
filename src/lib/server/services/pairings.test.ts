import { beforeEach, describe, expect, test } from 'vitest';
import { fingerprintWords } from '#protocol/fingerprint';
import { signProof } from '#protocol/identity';
import { LIMITS } from '$lib/limits';
import {
	approve,
	askingComputer,
	createRunnerFor,
	door,
	newComputer,
	pairedComputer,
	ticketFor
} from '#tests/support/computers';
import { setEnvironment } from '#tests/support/environment';
import { createPerson } from '#tests/support/factories';
import { mailsTo } from '#tests/support/mails';
import { db } from '../db';
import { withRequestContext } from '../request-context';
import { pollPairing, startPairing } from './pairing-requests';
import { approvePairing, denyPairing, findPairing, listComing } from './pairings';

// Nobody listens there: what relays have to hear is not what these tests are about.
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: 'ws://127.0.0.1:9' });

const here = { address: 'unknown' };
const poll = (deviceCode: string) => pollPairing({ deviceCode }, door);

/** As if the computer had waited as long as it should. */
const wait = () => db.$executeRaw`UPDATE pairings SET polled_at = polled_at - interval '1 hour'`;

beforeEach(() => db.$executeRaw`TRUNCATE rate_limits`);

describe('a computer that asks to be paired', () => {
	test('waits, is approved, and gets its credential once', async () => {
		const ada = await createPerson();
		const { deviceCode, userCode, publicKey, verificationUri } = await askingComputer();

		expect(verificationUri).toBe('https://coda.test/pair');
		expect(await poll(deviceCode)).toEqual({ state: 'waiting', reason: 'authorization_pending' });
		await approve(ada, userCode);
		await wait();
		const paired = await poll(deviceCode);
		await wait();

		expect(paired).toMatchObject({ state: 'paired', personEmail: ada.email });
		expect(await poll(deviceCode)).toEqual({ state: 'waiting', reason: 'expired_token' });
		expect(await db.runner.findMany({ where: { userId: ada.userId } })).toMatchObject([
			{ publicKey, isForAny: false, name: 'Desk' }
		]);
	});

	test('leaves nothing in the database by which one could be paired', async () => {
		const { deviceCode, userCode } = await askingComputer();

		const kept = JSON.stringify(await db.pairing.findMany());

		expect(kept).not.toContain(deviceCode);
		expect(kept).not.toContain(userCode);
	});

	test('must have the key that it names', async () => {
		const [computer, other] = [await newComputer(), await newComputer()];
		const stolen = { ...computer.asks, publicKey: other.publicKey };

		await expect(startPairing(stolen, door)).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { fields: { proof: expect.anything() as unknown } }
		});
	});

	test('gains nothing by sending what it overheard another one ask', async () => {
		const ada = await createPerson();
		const { asks, userCode } = await askingComputer();
		const { key } = await newComputer();
		const copied = await startPairing(asks, { ...door, address: '192.0.2.9' });

		expect(copied.userCode).not.toBe(userCode);
		await approve(ada, copied.userCode);
		const paired = await poll(copied.deviceCode);

		// It has a credential, and not the key that it asked with.
		if (paired.state !== 'paired') throw new Error('It is not paired.');
		await expect(ticketFor({ ...paired, key })).rejects.toMatchObject({
			cause: { reason: 'runner.proof' }
		});
	});

	test('cannot use a proof that was made for another site', async () => {
		const { key, asks, publicKey } = await newComputer();
		const elsewhere = {
			purpose: 'pair',
			challenge: publicKey,
			origin: 'https://evil.test'
		} as const;

		const asking = startPairing({ ...asks, proof: await signProof(key, elsewhere) }, door);

		await expect(asking).rejects.toMatchObject({ code: 'BAD_REQUEST' });
	});

	test('is slowed down when it polls too fast, also once it is approved', async () => {
		const ada = await createPerson();
		const { deviceCode, userCode } = await askingComputer();
		await poll(deviceCode);

		expect(await poll(deviceCode)).toEqual({ state: 'waiting', reason: 'slow_down' });
		await approve(ada, userCode);
		expect(await poll(deviceCode)).toEqual({ state: 'waiting', reason: 'slow_down' });

		expect(await db.pairing.findFirst({ where: { userId: ada.userId } })).toMatchObject({
			intervalSeconds: 15
		});
		expect(await db.runner.count({ where: { userId: ada.userId } })).toBe(0);
	});

	test('gets one credential for any number of polls at the same moment', async () => {
		const ada = await createPerson();
		const { deviceCode, userCode } = await askingComputer();
		await approve(ada, userCode);

		const answers = await Promise.all(Array.from({ length: 12 }, () => poll(deviceCode)));

		expect(answers.filter(({ state }) => state === 'paired')).toHaveLength(1);
		expect(await db.runner.count({ where: { userId: ada.userId } })).toBe(1);
	});

	test('hears that it was turned away, and that its time is over', async () => {
		const ada = await createPerson();
		const [denied, late] = [await askingComputer(), await askingComputer()];
		const { id } = await findPairing(ada, { userCode: denied.userCode, ...here });
		await denyPairing(ada, { id, userCode: denied.userCode });
		await approve(ada, late.userCode);
		await db.pairing.updateMany({
			where: { state: 'approved', userId: ada.userId },
			data: { expiresAt: new Date() }
		});

		expect(await poll(denied.deviceCode)).toMatchObject({ reason: 'access_denied' });
		expect(await poll(late.deviceCode)).toMatchObject({ reason: 'expired_token' });
		expect(await poll('x'.repeat(43))).toMatchObject({ reason: 'expired_token' });
		expect(await db.runner.count({ where: { userId: ada.userId } })).toBe(0);
	});

	test('gets nothing with the code that it shows to people', async () => {
		const ada = await createPerson();
		const { userCode } = await askingComputer();
		await approve(ada, userCode);

		expect(await poll(userCode)).toMatchObject({ state: 'waiting' });
	});

	test('gets nothing when its person was switched off meanwhile', async () => {
		const ada = await createPerson();
		const { deviceCode, userCode } = await askingComputer();
		await approve(ada, userCode);
		await db.user.update({ where: { id: ada.userId }, data: { disabledAt: new Date() } });

		expect(await poll(deviceCode)).toMatchObject({ state: 'waiting' });
	});

	test('may not ask without end from one address', async () => {
		const { asks } = await newComputer();
		const ask = () => startPairing(asks, { ...door, address: '192.0.2.7' });

		const asked = await Promise.allSettled(Array.from({ length: 30 }, ask));

		expect(asked.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(10);
	});
});

describe('whoever is asked', () => {
	test('sees which computer it is, with the words that it shows', async () => {
		const ada = await createPerson();
		const { userCode, publicKey } = await askingComputer({ name: 'Ada’s desk' });

		const asking = await findPairing(ada, { userCode, ...here });

		expect(asking).toMatchObject({
			...{ name: 'Ada’s desk', hostname: 'desk.local', platform: 'linux-x64', differs: null },
			words: await fingerprintWords(publicKey)
		});
		expect(JSON.stringify(asking)).not.toMatch(/hash|deviceCode/i);
	});

	test('is warned when the computer is in another network or country', async () => {
		const ada = await createPerson();
		const { asks } = await newComputer();
		const from = { address: '192.0.2.1', userAgent: null };
		const ask = (place: string | null) =>
			withRequestContext(
				{ requestId: 'x' },
				() => startPairing(asks, { ...door, address: '192.0.2.1' }),
				{ ...from, place }
			);
		const find = (userCode: string, place: string | null, address: string) =>
			withRequestContext({ requestId: 'x' }, () => findPairing(ada, { userCode, address }), {
				...{ userAgent: null, address, place }
			});
		const [abroad, near] = [await ask('Minsk, BY'), await ask(null)];

		expect(await find(abroad.userCode, 'Leipzig, DE', '192.0.2.1')).toMatchObject({
			differs: 'country'
		});
		expect(await find(near.userCode, null, '198.51.100.1')).toMatchObject({ differs: 'network' });
		expect(await find(near.userCode, null, '192.0.2.1')).toMatchObject({ differs: null });
	});

	test('gets a mail about each computer that was let in', async () => {
		const ada = await createPerson();
		const { userCode } = await askingComputer({ name: 'Ada’s desk' });

		await approve(ada, userCode);

		expect(await mailsTo(ada.email)).toMatchObject([
			{ template: 'newComputer', text: expect.stringContaining('Ada’s desk') as string }
		]);
	});

	test('sees what was let in and is not there yet, and nobody else’s', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { deviceCode, userCode } = await askingComputer({ name: 'Ada’s desk' });
		expect(await listComing(ada)).toEqual([]);

		const id = await approve(ada, userCode);

		expect(await listComing(ada)).toMatchObject([{ id, name: 'Ada’s desk' }]);
		expect(await listComing(bob)).toEqual([]);
		await poll(deviceCode);
		expect(await listComing(ada)).toEqual([]);
	});

	test('changes nothing by looking', async () => {
		const ada = await createPerson();
		const { userCode } = await askingComputer();
		const before = await db.pairing.findMany();

		await findPairing(ada, { userCode, ...here });

		expect(await db.pairing.findMany()).toEqual(before);
	});

	test('has as many computers as there may be, and no more', async () => {
		const ada = await createPerson();
		for (let n = 1; n < LIMITS.runnersPerPerson; n += 1) await createRunnerFor(ada);
		const [last, tooMany] = [await askingComputer(), await askingComputer()];

		const both = await Promise.allSettled(
			[last, tooMany].map(({ userCode }) => approve(ada, userCode))
		);

		expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
		expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
			reason: { code: 'CONFLICT' }
		});
	});
});

describe('a pairing that was decided', () => {
	test('cannot be taken over by somebody else, nor decided twice', async () => {
		const [ada, mallory] = [await createPerson(), await createPerson()];
		const { deviceCode, userCode } = await askingComputer();
		const id = await approve(ada, userCode);
		const again = { id, userCode, origin: door.origin };

		for (const who of [mallory, ada]) {
			await expect(approvePairing(who, again)).rejects.toMatchObject({ code: 'NOT_FOUND' });
			await expect(denyPairing(who, again)).rejects.toMatchObject({ code: 'NOT_FOUND' });
			await expect(findPairing(who, { userCode, ...here })).rejects.toMatchObject({
				code: 'NOT_FOUND'
			});
		}

		expect(await poll(deviceCode)).toMatchObject({ state: 'paired', personEmail: ada.email });
	});

	test('is one person’s when two approve at the same moment', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { userCode } = await askingComputer();
		const { id } = await findPairing(ada, { userCode, ...here });
		const decide = { id, userCode, origin: door.origin };

		const both = await Promise.allSettled([
			approvePairing(ada, decide),
			approvePairing(bob, decide)
		]);

		expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
	});

	test('is let in or turned away, not both, when both are asked at the same moment', async () => {
		const ada = await createPerson();
		const { deviceCode, userCode } = await askingComputer();
		const { id } = await findPairing(ada, { userCode, ...here });

		const [approved, denied] = await Promise.allSettled([
			approvePairing(ada, { id, userCode, origin: door.origin }),
			denyPairing(ada, { id, userCode })
		]);

		expect(approved.status).not.toBe(denied.status);
		expect(await poll(deviceCode)).toMatchObject(
			approved.status === 'fulfilled' ? { state: 'paired' } : { reason: 'access_denied' }
		);
	});

	test('leaves entries that say who let in what', async () => {
		const ada = await createPerson();
		const { runnerId } = await pairedComputer(ada);

		const trail = await db.auditEntry.findMany({
			where: { personId: ada.userId },
			orderBy: { id: 'asc' }
		});

		expect(trail).toMatchObject([
			{ action: 'pairing.approve', actorKind: 'person' },
			{ action: 'runner.pair', actorKind: 'runner', actorId: runnerId, targetId: runnerId }
		]);
	});
});
