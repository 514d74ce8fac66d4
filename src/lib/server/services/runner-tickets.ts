import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isProof } from '#protocol/identity';
import type { RunnerTicket } from '#protocol/pairing';
import { signTicket } from '#protocol/tickets';
import type { AskChallenge, AskTicket } from '$lib/schemas/runners';
import { hashToken } from '../auth/token';
import { networkOf } from '../client-address';
import { db } from '../db';
import { MINIMUM_RUNNER_VERSION, relayAccess } from '../devmode';
import { env } from '../env';
import { checkLimit, enforceLimit } from '../rate-limit';
import { refusal } from '../refusal';
import { keysFor } from '../seal';
import { recordAudit } from './audit';

/*
 * How a paired computer gets into a relay: it answers a challenge with its key and shows its credential. A
 * copied credential alone is worth nothing, and neither is an answer that was overheard.
 */

const CHALLENGE_MS = 60_000;
const PURPOSE = 'runner-challenge';

/** Where the call came to, and from where. */
interface Door {
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

/**
 * The ticket with which a computer gets into the relay.
 *
 * @throws UNAUTHORIZED for a credential that is none any more, and for a proof that is none
 */
export async function issueRunnerTicket(
	input: AskTicket,
	{ origin, address, requestId }: Door
): Promise<RunnerTicket> {
	const { runnerId, credential, challenge, proof, version } = input;
	const { url: relayUrl, ticketSecret } = relayAccess();
	// From before the computer is looked at: one that is unpaired meanwhile has a ticket from before that.
	const nowMs = Date.now();
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
	const madeAt = madeAtOf(challenge, runnerId, nowMs);
	const isRight =
		madeAt !== undefined &&
		(await isProof(publicKey, proof, { purpose: 'ticket', challenge, origin }));
	if (!isRight) {
		const actor = { kind: 'runner' as const, userId, runnerId, requestId };
		// Somebody has the credential without the key, or a clock is wrong: the person can see it in their trail.
		if ((await checkLimit('runnerProof', runnerId)).allowed) {
			await db.$transaction((tx) =>
				recordAudit(tx, actor, {
					...{ action: 'runner.refuse', targetKind: 'runner', targetId: runnerId },
					outcome: 'refused'
				})
			);
		}
		throw refusal('UNAUTHORIZED', 'runner.proof');
	}
	// Each challenge is answered once, and none from before one that was answered.
	const { count } = await db.runner.updateMany({
		where: { id: runnerId, OR: [{ provedAt: null }, { provedAt: { lt: new Date(madeAt) } }] },
		data: { provedAt: new Date(madeAt), lastSeenAt: new Date(nowMs), ...(version && { version }) }
	});
	if (count === 0) throw refusal('UNAUTHORIZED', 'runner.proof');
	const ticket = await signTicket(
		{ role: 'runner-control', aud: env().tier, sub: userId, runnerId },
		ticketSecret,
		nowMs
	);
	return { ticket, relayUrl, nowMs: Date.now(), minimumVersion: MINIMUM_RUNNER_VERSION };
}

/** A person whose account is neither switched off nor leaving. */
const MAY_ENTER = { disabledAt: null, deleteAfter: null };

/** When a challenge of ours for this computer was made; nothing for any other text, and for an old one. */
function madeAtOf(challenge: string, runnerId: string, nowMs: number): number | undefined {
	const [time = '', random, signature = '', ...rest] = challenge.split('.');
	const given = Buffer.from(signature);
	const isOurs = keysFor(PURPOSE).some((key) => {
		const expected = Buffer.from(signed(key, runnerId, `${time}.${random ?? ''}`));
		return given.length === expected.length && timingSafeEqual(given, expected);
	});
	const madeAt = Number(time);
	return isOurs && rest.length === 0 && nowMs - madeAt <= CHALLENGE_MS ? madeAt : undefined;
}

const signed = (key: Buffer, runnerId: string, body: string): string =>
	createHmac('sha256', key).update(`${runnerId}.${body}`).digest('base64url');
