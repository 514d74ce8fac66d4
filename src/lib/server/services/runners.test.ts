import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { runnerAddress } from '#protocol/addresses';
import { importGrantPublicKey, verifyGrant } from '#protocol/grants';
import { importRunnerKey, makeRunnerKey, signProof, type ProofPurpose } from '#protocol/identity';
import { verifyTicket } from '#protocol/tickets';
import { PROTOCOL_VERSION } from '#protocol/version';
import {
	createRunnerFor,
	door,
	pairedComputer,
	ticketFor,
	type TestComputer
} from '#tests/support/computers';
import { setEnvironment } from '#tests/support/environment';
import { createAdmin, createPerson, createSessionFor } from '#tests/support/factories';
import { connect, relaySecrets, startRelay, TestEnd } from '#tests/support/relay';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { disablePerson } from './people-acts';
import { postRelayEvents } from './relay-events';
import { makeChallenge } from './runner-proofs';
import { listRunners, renameRunner, revokeRunner, switchRunner, unpairRunner } from './runners';
import { endOtherSessions, endSession } from './sessions';
import { eventsTicket, openTerminal } from './terminals';

const relay = await startRelay();
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: relay.url });
afterAll(() => relay.stop());

const secrets = { secrets: [relaySecrets.ticket], tier: 'development' as const };

/** Connects with a ticket of the app's, as both ends do. */
async function connectWith(runnerId: string, ticket: string): Promise<TestEnd> {
	const end = new TestEnd(runnerAddress(relay.url, runnerId));
	await once(end.socket, 'open');
	end.say({ type: 'hello', version: PROTOCOL_VERSION, ticket });
	return end;
}

const browserKey = async () => (await makeRunnerKey()).publicKey;

describe('a ticket for a computer', () => {
	test('lets it into the relay', async () => {
		const computer = await pairedComputer(await createPerson());

		const { ticket, relayUrl } = await ticketFor(computer);

		expect(relayUrl).toBe(relay.url);
		const end = await connectWith(computer.runnerId, ticket);
		await end.said('ready');
		end.close();
	});

	test('needs an answer to a challenge, each of which is good once', async () => {
		const computer = await pairedComputer(await createPerson());
		const { challenge } = makeChallenge(computer);
		const earlier = makeChallenge(computer, Date.now() - 1_000).challenge;

		await ticketFor(computer, { challenge });

		for (const used of [challenge, earlier]) {
			await expect(ticketFor(computer, { challenge: used })).rejects.toMatchObject({
				code: 'UNAUTHORIZED'
			});
		}
	});

	test('is given once for an answer that is sent many times at once', async () => {
		const computer = await pairedComputer(await createPerson());
		const { challenge } = makeChallenge(computer);

		const tries = await Promise.allSettled(
			Array.from({ length: 8 }, () => ticketFor(computer, { challenge }))
		);

		expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
	});

	test.each([
		[
			'another key',
			async () => ({ key: await importRunnerKey((await makeRunnerKey()).privateKey) })
		],
		['another credential', () => ({ credential: 'x'.repeat(43) })],
		[
			'somebody else’s computer',
			async () => ({ runnerId: await createRunnerFor(await createPerson()) })
		]
	])('is not given for %s', async (_, wrong) => {
		const computer = await pairedComputer(await createPerson());

		const asking = ticketFor({ ...computer, ...(await wrong()) });

		await expect(asking).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
	});

	test.each([
		[
			'an old challenge',
			(id: string) => makeChallenge({ runnerId: id }, Date.now() - 61_000).challenge
		],
		['a challenge of one’s own', () => `${Date.now()}.abc.def`],
		['no challenge', () => ''],
		['another computer’s', () => makeChallenge({ runnerId: crypto.randomUUID() }).challenge]
	])('is not given for %s', async (_, challenge) => {
		const computer = await pairedComputer(await createPerson());

		const asking = ticketFor(computer, { challenge: challenge(computer.runnerId) });

		await expect(asking).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
	});

	test('is not given for a proof that was made to be paired, or for another site', async () => {
		const computer = await pairedComputer(await createPerson());
		const { key, runnerId } = computer;

		for (const of of [
			{ purpose: 'pair', origin: door.origin },
			{ purpose: 'ticket', origin: 'https://evil.test' }
		] as const) {
			const { challenge } = makeChallenge({ runnerId });
			const proof = await signProof(key, { ...of, challenge });
			await expect(ticketFor(computer, { challenge, proof })).rejects.toMatchObject({
				code: 'UNAUTHORIZED'
			});
		}
	});

	test('is not given while its person is switched off, and a copied credential is seen', async () => {
		const ada = await createPerson();
		const computer = await pairedComputer(ada);
		const copied = { ...computer, key: await importRunnerKey((await makeRunnerKey()).privateKey) };
		await expect(ticketFor(copied)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
		expect(
			await db.auditEntry.count({ where: { personId: ada.userId, action: 'runner.refuse' } })
		).toBe(1);

		await disablePerson(await createAdmin(), { id: ada.userId });

		await expect(ticketFor(computer)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
	});
});

describe('opening a terminal', () => {
	test('gives a ticket and a grant that name the person, the computer, the sign-in and the key', async () => {
		const ada = await createPerson();
		const { runnerId, publicKey, grantKeys } = await pairedComputer(ada);
		const signIn = { sessionId: (await createSessionFor(ada)).id };
		const wanted = {
			...{ runnerId, sessionId: crypto.randomUUID(), role: 'writer' as const },
			browserKey: await browserKey()
		};

		const access = await openTerminal(ada, wanted, signIn);

		expect(access.runner.publicKey).toBe(publicKey);
		expect(await verifyTicket(access.ticket, secrets)).toMatchObject({
			...{ role: 'writer', runnerId, sub: ada.userId, ownerId: ada.userId },
			...{ sessionId: wanted.sessionId, signInId: signIn.sessionId }
		});
		const keys = await Promise.all(grantKeys.map(importGrantPublicKey));
		expect(await verifyGrant(access.grant, { keys, runnerId, nowMs: Date.now() })).toMatchObject({
			...wanted,
			sub: ada.userId
		});
	});

	test('finds somebody else’s computer as little as one that is not there', async () => {
		const runnerId = await createRunnerFor(await createPerson());
		const mallory = await createPerson();
		const wanted = { role: 'viewer' as const, browserKey: await browserKey() };
		const signIn = { sessionId: (await createSessionFor(mallory)).id };

		for (const id of [runnerId, crypto.randomUUID()]) {
			const opening = openTerminal(mallory, { ...wanted, runnerId: id }, signIn);
			await expect(opening).rejects.toMatchObject({ code: 'NOT_FOUND' });
		}
	});

	test('gives nothing to a call that was on its way when its session ended', async () => {
		const ada = await createPerson();
		const runnerId = await createRunnerFor(ada);
		const { id } = await createSessionFor(ada);
		const wanted = { runnerId, role: 'writer' as const, browserKey: await browserKey() };
		await endSession(ada, { id });

		const late = await Promise.allSettled([
			openTerminal(ada, wanted, { sessionId: id }),
			eventsTicket(ada, { sessionId: id })
		]);

		for (const asked of late) expect(asked).toMatchObject({ reason: { code: 'UNAUTHORIZED' } });
	});
});

/** Unpairs a computer as a runner does. */
async function leave({
	key,
	runnerId,
	credential,
	purpose = 'unpair',
	madeAtMs
}: Pick<TestComputer, 'key'> & {
	runnerId: string;
	credential: string;
	purpose?: ProofPurpose;
	madeAtMs?: number;
}) {
	const { challenge } = makeChallenge({ runnerId }, madeAtMs);
	const proof = await signProof(key, { purpose, challenge, origin: door.origin });
	return unpairRunner({ runnerId, credential, challenge, proof }, door);
}

/** A computer of a person's at the relay, and a browser of theirs that looks at it. */
async function connected() {
	const ada = await createPerson();
	const computer = await pairedComputer(ada);
	const { runnerId } = computer;
	const session = await createSessionFor(ada);
	const runner = await connectWith(runnerId, (await ticketFor(computer)).ticket);
	await runner.said('ready');
	const access = await openTerminal(
		ada,
		{ runnerId, sessionId: crypto.randomUUID(), role: 'writer', browserKey: await browserKey() },
		{ sessionId: session.id }
	);
	const browser = await connectWith(runnerId, access.ticket);
	await browser.said('ready');
	return { ada, computer, session, runner, browser };
}

describe('what is open is closed', () => {
	test('at both ends when the computer is unpaired, and it gets in no more', async () => {
		const { ada, computer, runner, browser } = await connected();
		const { ticket } = await ticketFor(computer);

		await revokeRunner(ada, { id: computer.runnerId });

		const reason = 'revoked';
		expect(await runner.closed).toMatchObject({ reason });
		expect(await browser.closed).toMatchObject({ reason });
		await expect(ticketFor(computer)).rejects.toMatchObject({
			cause: { reason: 'runner.unknown' }
		});
		// A ticket from before is worth nothing either.
		const late = await connectWith(computer.runnerId, ticket);
		expect(await late.closed).toMatchObject({ reason: 'ticket-refused' });
	});

	test('when the computer leaves of itself, as when its person unpairs it', async () => {
		const { ada, computer, runner, browser } = await connected();

		await leave(computer);

		expect(await runner.closed).toMatchObject({ reason: 'revoked' });
		expect(await browser.closed).toMatchObject({ reason: 'revoked' });
		expect(await listRunners(ada)).toEqual([]);
		const { runnerId } = computer;
		expect(
			await db.auditEntry.findMany({ where: { personId: ada.userId, action: 'runner.revoke' } })
		).toMatchObject([{ actorKind: 'runner', actorId: runnerId, targetId: runnerId }]);
	});

	test('in the browser whose session ends, and the computer stays', async () => {
		const { ada, session, runner, browser } = await connected();

		await endSession(ada, { id: session.id });

		expect(await browser.closed).toMatchObject({ reason: 'revoked' });
		expect(runner.socket.readyState).toBe(runner.socket.OPEN);
		runner.close();
	});

	test('in all other browsers when they are signed out', async () => {
		const { ada, runner, browser } = await connected();

		await endOtherSessions(ada, { sessionId: crypto.randomUUID() });

		expect(await browser.closed).toMatchObject({ reason: 'revoked' });
		runner.close();
	});

	test('when the account is switched off', async () => {
		const { ada, runner, browser } = await connected();

		await disablePerson(await createAdmin(), { id: ada.userId });

		expect(await runner.closed).toMatchObject({ reason: 'revoked' });
		expect(await browser.closed).toMatchObject({ reason: 'revoked' });
	});
});

describe('a computer that leaves', () => {
	test('is gone for any number of calls at the same moment, and later hears that it is', async () => {
		const ada = await createPerson();
		const computer = await pairedComputer(ada);

		const calls = await Promise.allSettled(Array.from({ length: 6 }, () => leave(computer)));

		expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		await expect(leave(computer)).rejects.toMatchObject({ cause: { reason: 'runner.unknown' } });
		expect(
			await db.auditEntry.count({ where: { personId: ada.userId, action: 'runner.revoke' } })
		).toBe(1);
	});

	test.each([
		[
			'a copied credential without the key',
			async () => ({ key: await importRunnerKey((await makeRunnerKey()).privateKey) })
		],
		['a proof that was made to connect', () => ({ purpose: 'ticket' as const })],
		['another credential', () => ({ credential: 'x'.repeat(43) })],
		['an old challenge', () => ({ madeAtMs: Date.now() - 61_000 })],
		[
			'the name of somebody else’s computer',
			async () => ({ runnerId: await createRunnerFor(await createPerson()) })
		]
	])('stays for %s', async (_, wrong) => {
		const computer = await pairedComputer(await createPerson());
		const given = await wrong();
		const before = await db.runner.findMany();

		await expect(leave({ ...computer, ...given })).rejects.toMatchObject({ code: 'UNAUTHORIZED' });

		expect(await db.runner.findMany()).toEqual(before);
	});
});

describe('what relays have to hear', () => {
	test('is posted again until the relay is back and takes it', async () => {
		const { ada, computer, runner } = await connected();
		const { port } = relay.server.address() as AddressInfo;
		const waiting = () => db.outboxMessage.findMany({ where: { kind: 'relay' } });
		await drainDeferred();
		// Nobody new gets in; the sockets that are there stay.
		relay.server.close();

		await revokeRunner(ada, { id: computer.runnerId });

		await expect.poll(async () => (await waiting())[0]?.attempts).toBeGreaterThan(0);
		expect(runner.socket.readyState).toBe(runner.socket.OPEN);
		relay.server.listen(port, '127.0.0.1');
		expect(await runner.closed).toMatchObject({ reason: 'revoked' });
		await drainDeferred();
		expect(await waiting()).toEqual([]);
		expect(await postRelayEvents()).toEqual({ posted: 0, more: false });
	});
});

describe('somebody else’s computer', () => {
	test('is not there', async () => {
		const id = await createRunnerFor(await createPerson());
		const mallory = await createPerson();

		for (const act of [
			() => renameRunner(mallory, { id, name: 'Mine' }),
			() => switchRunner(mallory, { id, isForAny: true }),
			() => revokeRunner(mallory, { id })
		]) {
			await expect(act()).rejects.toMatchObject({ code: 'NOT_FOUND' });
		}

		expect(await listRunners(mallory)).toEqual([]);
		expect(await db.runner.findUnique({ where: { id } })).toMatchObject({ name: 'Desk' });
	});
});

test('the list says nothing that a credential could be made of', async () => {
	const ada = await createPerson();
	const { credential } = await pairedComputer(ada);

	const [listed] = await listRunners(ada);

	expect(listed?.words).toHaveLength(6);
	expect(JSON.stringify(listed)).not.toMatch(new RegExp(`${credential}|hash`, 'i'));
});

test('the relay takes these tickets only under the secret that it shares', async () => {
	const ids = { personId: crypto.randomUUID(), runnerId: crypto.randomUUID() };
	const request = {
		role: 'runner-control' as const,
		aud: 'development' as const,
		sub: ids.personId,
		runnerId: ids.runnerId
	};

	const end = await connect(relay.url, request, { secret: 'tests-only-somebody-elses-0123456789' });

	expect(await end.closed).toMatchObject({ reason: 'ticket-refused' });
});
