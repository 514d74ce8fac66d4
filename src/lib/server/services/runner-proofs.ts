import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isProof, type ProofPurpose } from '#protocol/identity';
import type { AskChallenge, ShowProof } from '$lib/schemas/runners';
import { hashToken } from '../auth/token';
import { networkOf } from '../client-address';
import { db } from '../db';
import { checkLimit, enforceLimit } from '../rate-limit';
import { refusal } from '../refusal';
import { keysFor } from '../seal';
import { recordAudit } from './audit';

/*
 * How a paired computer shows that it is that one: it answers a challenge with its key and shows its credential.
 * A copied credential alone is worth nothing, and neither is an answer that was overheard.
 */

const CHALLENGE_MS = 60_000;
const PURPOSE = 'runner-challenge';

/** Where the call came to, and from where. */
export interface RunnerDoor {
	origin: string;
	address: string;
	requestId: string;
}

/**
 * A challenge for a computer. It is made from the time and sealed by a signature, so that asking for one writes
 * nothing; whether there is such a computer is not said.
 */
export function makeChallenge(
	{ runnerId }: AskChallenge,
	nowMs = Date.now()
): { challenge: string } {
	const [key] = keysFor(PURPOSE);
	const body = `${nowMs}.${randomBytes(16).toString('base64url')}`;
	return { challenge: `${body}.${signed(key, runnerId, body)}` };
}

/** A computer that is the one that it says. */
export interface ProvenRunner {
	userId: string;
	/** When its challenge was made: whoever lets it do more than once moves on from there. */
	challengedAt: Date;
}

/**
 * The computer that shows its credential and answers a challenge, for one purpose.
 *
 * @throws UNAUTHORIZED for a credential that is none any more, and for a proof that is none
 */
export async function proveRunner(
	{ runnerId, credential, challenge, proof }: ShowProof,
	purpose: ProofPurpose,
	{ origin, address, requestId }: RunnerDoor
): Promise<ProvenRunner> {
	const runner = await db.runner.findFirst({
		where: { id: runnerId, credentialHash: hashToken(credential), user: MAY_ENTER },
		select: { userId: true, publicKey: true }
	});
	if (!runner) {
		await enforceLimit('anonymous', networkOf(address));
		throw refusal('UNAUTHORIZED', 'runner.unknown');
	}
	await enforceLimit('runner', runnerId);
	const { userId, publicKey } = runner;
	const madeAtMs = madeAtMsOf(challenge, runnerId);
	const isRight =
		madeAtMs !== undefined && (await isProof(publicKey, proof, { purpose, challenge, origin }));
	if (!isRight) {
		// Somebody has the credential without the key, or a clock is wrong: the person can see it in their trail.
		if ((await checkLimit('runnerProof', runnerId)).allowed) {
			const actor = { kind: 'runner' as const, userId, runnerId, requestId };
			await db.$transaction((tx) =>
				recordAudit(tx, actor, {
					...{ action: 'runner.refuse', targetKind: 'runner', targetId: runnerId },
					outcome: 'refused'
				})
			);
		}
		throw refusal('UNAUTHORIZED', 'runner.proof');
	}
	return { userId, challengedAt: new Date(madeAtMs) };
}

/** A person whose account is neither switched off nor leaving. */
const MAY_ENTER = { disabledAt: null, deleteAfter: null };

/** When a challenge of ours for this computer was made; nothing for any other text, and for an old one. */
function madeAtMsOf(challenge: string, runnerId: string): number | undefined {
	const [time = '', random, signature = '', ...rest] = challenge.split('.');
	const given = Buffer.from(signature);
	const isOurs = keysFor(PURPOSE).some((key) => {
		const expected = Buffer.from(signed(key, runnerId, `${time}.${random ?? ''}`));
		return given.length === expected.length && timingSafeEqual(given, expected);
	});
	const madeAtMs = Number(time);
	const isFresh = Date.now() - madeAtMs <= CHALLENGE_MS;
	return isOurs && rest.length === 0 && isFresh ? madeAtMs : undefined;
}

const signed = (key: Buffer, runnerId: string, body: string): string =>
	createHmac('sha256', key).update(`${runnerId}.${body}`).digest('base64url');
