import { createHmac } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { isProof } from '#protocol/identity';
import type { PairingPolled, PairingStart, PairingStarted } from '#protocol/pairing';
import { makeUserCode } from '#protocol/user-codes';
import type { PollPairing } from '$lib/schemas/pairings';
import { hashToken, newToken } from '../auth/token';
import { networkOf } from '../client-address';
import { db } from '../db';
import { grantKey, relayAccess } from '../devmode';
import type { PairingState } from '../prisma/client';
import { enforceLimit } from '../rate-limit';
import { fieldRefusal } from '../refusal';
import { requestOrigin } from '../request-context';
import { keysFor } from '../seal';
import { recordAudit } from './audit';
import { tellRelays, postRelayEventsSoon } from './relay-events';

/*
 * The computer's side of pairing (RFC 8628). Nobody is signed in here: what the computer knows, and nobody
 * else, is its device code. The user code alone brings no credential.
 */

const LIFE_SECONDS = 600;
const INTERVAL_SECONDS = 5;
/** How much longer a computer that does not wait has to wait from then on. */
const SLOWER_SECONDS = 5;
/** A poll may be this much early: networks are not on time. */
const EARLY_SECONDS = 1;

/** Where the call came to, and from where. */
interface Door {
	/** This site, as the computer calls it. */
	origin: string;
	address: string;
	requestId: string;
}

/**
 * What is stored of a user code, under today's key and those before it. It is short enough to be tried out by
 * whoever has the table, so it is no plain hash.
 */
export const userCodeHashes = (userCode: string): string[] =>
	keysFor('user-code').map((key) => createHmac('sha256', key).update(userCode).digest('hex'));

/**
 * Lets a computer ask to be paired.
 *
 * @throws BAD_REQUEST at `proof` where it has not the key that it names, TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE
 */
export async function startPairing(
	{ proof, ...asked }: PairingStart,
	{ origin, address }: Door
): Promise<PairingStarted> {
	relayAccess();
	await enforceLimit('pairingStart', networkOf(address));
	const { publicKey } = asked;
	if (!(await isProof(publicKey, proof, { purpose: 'pair', challenge: publicKey, origin }))) {
		throw fieldRefusal('proof', 'pairing.proof');
	}
	const [deviceCode, userCode] = [newToken(), makeUserCode()];
	const [userCodeHash = ''] = userCodeHashes(userCode);
	await db.pairing.create({
		data: {
			...asked,
			deviceCodeHash: hashToken(deviceCode),
			// A code that waits already is met once in ten thousand million: then this fails, and is asked again.
			userCodeHash,
			address,
			place: requestOrigin()?.place,
			intervalSeconds: INTERVAL_SECONDS,
			expiresAt: new Date(Date.now() + LIFE_SECONDS * 1_000)
		},
		select: { id: true }
	});
	return {
		deviceCode,
		userCode,
		verificationUri: `${origin}/pair`,
		expiresInSeconds: LIFE_SECONDS,
		interval: INTERVAL_SECONDS
	};
}

interface Polled {
	id: string;
	state: PairingState;
	isExpired: boolean;
	isTooSoon: boolean;
}

/**
 * Answers a poll, and of an approved pairing the first one with the credential. Polls of one computer are
 * counted one after the other: of two at the same moment the second is too soon.
 *
 * @throws TOO_MANY_REQUESTS
 */
export async function pollPairing(
	{ deviceCode }: PollPairing,
	{ address, requestId }: Door
): Promise<PairingPolled> {
	await enforceLimit('pairingPoll', networkOf(address));
	const [polled] = await db.$queryRaw<Polled[]>`
		UPDATE pairings AS p SET polled_at = now(),
			interval_seconds = p.interval_seconds + CASE WHEN before.is_too_soon THEN ${SLOWER_SECONDS} ELSE 0 END
		FROM (
			SELECT id, coalesce(polled_at > now() - make_interval(secs => interval_seconds - ${EARLY_SECONDS}), false)
				AS is_too_soon
			FROM pairings WHERE device_code_hash = ${hashToken(deviceCode)} FOR UPDATE
		) AS before
		WHERE p.id = before.id
		RETURNING p.id, p.state::text, p.expires_at <= now() AS "isExpired", before.is_too_soon AS "isTooSoon"`;
	if (!polled || polled.state === 'consumed' || polled.state === 'revoked') {
		return waiting('expired_token');
	}
	if (polled.state === 'denied') return waiting('access_denied');
	if (polled.isExpired) return waiting('expired_token');
	if (polled.isTooSoon) return waiting('slow_down');
	if (polled.state === 'pending') return waiting('authorization_pending');
	return (await handOver(polled.id, requestId)) ?? waiting('expired_token');
}

const waiting = (
	reason: Extract<PairingPolled, { state: 'waiting' }>['reason']
): PairingPolled => ({
	state: 'waiting',
	reason
});

/** A person whose account is neither switched off nor leaving. */
const MAY_ENTER = { disabledAt: null, deleteAfter: null };

/** Makes the computer one of its person's, once. @returns nothing where it was handed over or ended meanwhile */
async function handOver(id: string, requestId: string): Promise<PairingPolled | undefined> {
	const { url: relayUrl } = relayAccess();
	const { publicKey: grantPublicKey } = await grantKey();
	const [runnerId, credential] = [uuid(), newToken()];
	const personEmail = await db.$transaction(async (tx) => {
		const [pairing] = await tx.pairing.updateManyAndReturn({
			where: { id, state: 'approved', expiresAt: { gt: new Date() }, user: MAY_ENTER },
			data: { state: 'consumed', endedAt: new Date() }
		});
		if (!pairing?.userId) return undefined;
		const { userId, name, hostname, platform, version, publicKey } = pairing;
		const { user } = await tx.runner.create({
			data: {
				id: runnerId,
				...{ userId, name, hostname, platform, version, publicKey },
				credentialHash: hashToken(credential)
			},
			select: { user: { select: { email: true } } }
		});
		await tellRelays(tx, {
			type: 'tell-people',
			people: [userId],
			notice: { kind: 'runners.changed' }
		});
		await recordAudit(
			tx,
			{ kind: 'runner', userId, runnerId, requestId },
			{ action: 'runner.pair', targetKind: 'runner', targetId: runnerId }
		);
		return user.email;
	});
	if (personEmail === undefined) return undefined;
	postRelayEventsSoon();
	return {
		state: 'paired',
		...{ runnerId, credential, relayUrl, personEmail },
		grantKeys: [grantPublicKey]
	};
}
