import { beforeEach, describe, expect, test } from 'vitest';
import { makeUserCode } from '#protocol/user-codes';
import { approve, askingComputer, door } from '#tests/support/computers';
import { setEnvironment } from '#tests/support/environment';
import { createPerson } from '#tests/support/factories';
import { db } from '../db';
import { approvePairing, denyPairing, findPairing } from './pairings';

// Nobody listens there: what relays have to hear is not what these tests are about.
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: 'ws://127.0.0.1:9' });

const here = { address: 'unknown' };

beforeEach(() => db.$executeRaw`TRUNCATE rate_limits`);

describe('somebody who guesses codes', () => {
	test('is stopped after five tries, also when all are made at once', async () => {
		const mallory = await createPerson();
		const { userCode } = await askingComputer();
		const codes = [...Array.from({ length: 59 }, makeUserCode), userCode];
		const from = { address: '198.51.100.7' };

		const tries = await Promise.allSettled(
			codes.map((code) => findPairing(mallory, { userCode: code, ...from }))
		);

		const reasons = tries.map((one) =>
			one.status === 'rejected' ? (one.reason as { code: string }).code : 'found'
		);
		expect(reasons.filter((reason) => reason !== 'TOO_MANY_REQUESTS').length).toBeLessThanOrEqual(
			5
		);
		// The right code is no way past the wait either.
		await expect(findPairing(mallory, { userCode, ...from })).rejects.toMatchObject({
			code: 'TOO_MANY_REQUESTS'
		});
	});

	test('gets no further with many accounts at one address, also when all try at once', async () => {
		const { userCode } = await askingComputer();
		const people = await Promise.all(Array.from({ length: 12 }, () => createPerson()));
		// The /64 of an IPv6 address is one address.
		const from = (n: number) => ({ address: `2001:db8:7:7::${n.toString(16)}` });

		const tries = await Promise.allSettled(
			people.flatMap((person, n) =>
				Array.from({ length: 5 }, () =>
					findPairing(person, { userCode: makeUserCode(), ...from(n) })
				)
			)
		);

		const reasons = tries.map(
			(one) => one.status === 'rejected' && (one.reason as { code: string }).code
		);
		expect(reasons.filter((reason) => reason === 'NOT_FOUND').length).toBeLessThanOrEqual(30);
		const [late] = [await createPerson()];
		await expect(findPairing(late, { userCode, ...from(99) })).rejects.toMatchObject({
			code: 'TOO_MANY_REQUESTS'
		});
		// Whoever is elsewhere is not kept from it.
		await expect(
			findPairing(late, { userCode, address: '2001:db8:7:8::1' })
		).resolves.toMatchObject({ name: 'Desk' });
	});

	test('from everywhere makes it slow for their account, and keeps it possible', async () => {
		const mallory = await createPerson();
		const { userCode } = await askingComputer();
		const from = (n: number) => ({ address: `203.0.113.${n}` });
		await Promise.allSettled(
			Array.from({ length: 25 }, (_, n) =>
				findPairing(mallory, { userCode: makeUserCode(), ...from(n) })
			)
		);

		const startedAt = performance.now();
		await expect(findPairing(mallory, { userCode, ...from(100) })).resolves.toMatchObject({
			name: 'Desk'
		});

		// As long as it is made to wait, and no measure of speed.
		expect(performance.now() - startedAt).toBeGreaterThan(1_900);
	});

	test('keeps nobody else from pairing', async () => {
		const [mallory, ada] = [await createPerson(), await createPerson()];
		const { userCode } = await askingComputer();
		for (let n = 0; n < 8; n += 1) {
			// Each of these guesses is refused; only that they were made counts here.
			await findPairing(mallory, { userCode: makeUserCode(), ...here }).catch(() => undefined);
		}

		await expect(approve(ada, userCode)).resolves.toBeTypeOf('string');
	});

	test('cannot approve by the id alone', async () => {
		const [ada, mallory] = [await createPerson(), await createPerson()];
		const { userCode } = await askingComputer();
		const { id } = await findPairing(ada, { userCode, ...here });
		const guess = { id, userCode: makeUserCode(), origin: door.origin };

		await expect(approvePairing(mallory, guess)).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await expect(denyPairing(mallory, guess)).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});
});
