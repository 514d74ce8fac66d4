import { setTimeout as sleep } from 'node:timers/promises';
import { fingerprintWords } from '#protocol/fingerprint';
import { LIMITS } from '$lib/limits';
import type { DecidePairing, FindPairing } from '$lib/schemas/pairings';
import { newComputerMail } from '../auth/notice-mail';
import { networkOf } from '../client-address';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import type { Pairing } from '../prisma/client';
import { checkLimit, enforceLimit } from '../rate-limit';
import { refusal } from '../refusal';
import { requestOrigin } from '../request-context';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { inBatches, type Purged, type Work } from './batches';
import { deliverOutboxSoon, enqueueMail } from './outbox';
import { userCodeHashes } from './pairing-requests';
import { lockPeople } from './star-limit';

/*
 * The person's side of pairing: seeing which computer asks, and letting it in or not. Whoever looks up a code
 * is counted before it is looked up, right or wrong.
 */

/** How much later a person who tries codes from everywhere is answered. */
const SLOW_MS = 2_000;

/** A computer that asks, as its person sees it. */
export interface AskingComputer extends Pick<
	Pairing,
	'id' | 'name' | 'hostname' | 'platform' | 'version' | 'address' | 'place' | 'createdAt'
> {
	expiresAt: Date;
	/** Six words for its key: it shows the same ones. */
	words: string[];
	/** What is different from where the person is: then somebody else may have sent them here. */
	differs: 'country' | 'network' | null;
}

/** The caller's own network address. */
interface From {
	address: string;
}

/**
 * The computer that waits under a code. Looking changes nothing.
 *
 * @throws NOT_FOUND, TOO_MANY_REQUESTS
 */
export async function findPairing(
	{ userId }: PersonalActor,
	{ userCode, address }: FindPairing & From
): Promise<AskingComputer> {
	await countTry(userId, networkOf(address));
	const pairing = await db.pairing.findFirst({
		where: waitingUnder(userCode),
		select: {
			...{ id: true, name: true, hostname: true, platform: true, version: true },
			...{ address: true, place: true, createdAt: true, expiresAt: true, publicKey: true }
		}
	});
	if (!pairing) throw notFound();
	const { publicKey, ...shown } = pairing;
	return {
		...shown,
		words: await fingerprintWords(publicKey),
		differs: difference(shown, address)
	};
}

/** One address is refused, for one person and at all; a person who tries from everywhere gets slow. */
async function countTry(userId: string, network: string): Promise<void> {
	await enforceLimit('pairingCodeAddress', network);
	await enforceLimit('pairingCode', userId, network);
	const { allowed } = await checkLimit('pairingCodePerson', userId);
	if (!allowed) await sleep(SLOW_MS);
}

/**
 * Lets the computer in: it is the caller's as soon as it fetches its credential. A mail says so.
 *
 * @param origin where the mail leads
 * @throws NOT_FOUND where it waits no more, CONFLICT where there are as many computers as there may be
 */
export async function approvePairing(
	actor: PersonalActor,
	{ id, userCode, origin }: DecidePairing & { origin: string }
): Promise<{ name: string }> {
	const { userId } = actor;
	const name = await db.$transaction(async (tx) => {
		await lockPeople(tx, [userId]);
		await refuseBeyondQuota(tx, userId);
		const [approved] = await tx.pairing.updateManyAndReturn({
			where: { id, ...waitingUnder(userCode) },
			data: { state: 'approved', userId },
			select: { name: true, hostname: true }
		});
		if (!approved) throw notFound();
		const account = await tx.user.findUniqueOrThrow({
			where: { id: userId },
			select: { id: true, email: true, timeZone: true }
		});
		const from = requestOrigin();
		await enqueueMail(tx, newComputerMail(account, approved, { from, origin }));
		await recordAudit(tx, actor, {
			action: 'pairing.approve',
			targetKind: 'pairing',
			targetId: id
		});
		return approved.name;
	});
	defer('send-outbox', deliverOutboxSoon);
	return { name };
}

/** Turns the computer away. @throws NOT_FOUND where it waits no more */
export async function denyPairing(
	actor: PersonalActor,
	{ id, userCode }: DecidePairing
): Promise<{ id: string }> {
	const { userId } = actor;
	await db.$transaction(async (tx) => {
		const { count } = await tx.pairing.updateMany({
			where: { id, ...waitingUnder(userCode) },
			data: { state: 'denied', userId, endedAt: new Date() }
		});
		if (count === 0) throw notFound();
		await recordAudit(tx, actor, { action: 'pairing.deny', targetKind: 'pairing', targetId: id });
	});
	return { id };
}

/** The caller's computers that were let in and have not fetched their credential yet. */
export function listComing({ userId }: PersonalActor) {
	return db.pairing.findMany({
		where: comingOf(userId),
		select: { id: true, name: true, hostname: true, platform: true, version: true },
		orderBy: { id: 'asc' }
	});
}

/** Those that are approved and not fetched, as long as they can be. */
const comingOf = (userId: string) => ({
	userId,
	state: 'approved' as const,
	expiresAt: { gt: new Date() }
});

/** A pairing that nobody has decided yet, under its code. */
const waitingUnder = (userCode: string) => ({
	userCodeHash: { in: userCodeHashes(userCode) },
	state: 'pending' as const,
	expiresAt: { gt: new Date() }
});

/** Those that are approved and not fetched count, too. The caller holds the person's row. */
async function refuseBeyondQuota(tx: Transaction, userId: string): Promise<void> {
	const coming = await tx.pairing.count({ where: comingOf(userId) });
	const paired = await tx.runner.count({ where: { userId } });
	if (paired + coming >= LIMITS.runnersPerPerson) throw refusal('CONFLICT', 'runner.quota');
}

/** A country is known where the host in front tells it; the network nearly always. */
function difference(
	asking: Pick<Pairing, 'address' | 'place'>,
	address: string
): AskingComputer['differs'] {
	const here = requestOrigin()?.place;
	if (asking.place && here && countryOf(asking.place) !== countryOf(here)) return 'country';
	if (!asking.address || asking.address === 'unknown' || address === 'unknown') return null;
	return networkOf(asking.address) === networkOf(address) ? null : 'network';
}

/** `DE` of `Leipzig, DE`. */
const countryOf = (place: string) => place.split(', ').at(-1);

const notFound = () => refusal('NOT_FOUND', 'pairing.notFound');

/**
 * Deletes pairings that nobody approved in time, and, a day later, those that are over: consumed, denied,
 * revoked, or approved and never fetched. One that is approved and still valid stays.
 */
export function purgePairings(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM pairings WHERE id IN (
				SELECT id FROM pairings
				WHERE expires_at < now() AND (
					state = 'pending' OR (
						state = 'approved'
						AND expires_at < now() - make_interval(hours => ${RETENTION.pairingHours})
					)
				) OR (
					state IN ('consumed', 'denied', 'revoked')
					AND coalesce(ended_at, expires_at) < now() - make_interval(hours => ${RETENTION.pairingHours})
				)
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
