import { fingerprintWords } from '#protocol/fingerprint';
import type { RenameRunner, RunnerId, ShowProof, SwitchRunner } from '$lib/schemas/runners';
import { db, type Transaction } from '../db';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit, type AuditEvent } from './audit';
import { postRelayEventsSoon, revoke, tellRelays } from './relay-events';
import { isHeld } from './relay-presence';
import { proveRunner, type RunnerDoor } from './runner-proofs';

/** A paired computer as its person sees it. */
export interface ListedRunner {
	id: string;
	name: string;
	hostname: string;
	/** System and processor: `linux-x64`. */
	platform: string;
	version: string;
	/** Whether "any of mine" means it, too. */
	isForAny: boolean;
	/** Its key, which browsers pin, and six words for it. */
	publicKey: string;
	words: string[];
	createdAt: Date;
	lastSeenAt: Date;
	/** Whether a relay holds its socket now. */
	isOnline: boolean;
}

/** The caller's computers, those that are online first, then the ones that were seen last. */
export async function listRunners({ userId }: PersonalActor): Promise<ListedRunner[]> {
	const rows = await db.$queryRaw<Omit<ListedRunner, 'words'>[]>`
		SELECT r.id, r.name, r.hostname, r.platform, r.version, r.is_for_any AS "isForAny",
			r.public_key AS "publicKey", r.created_at AS "createdAt", r.last_seen_at AS "lastSeenAt",
			${isHeld} AS "isOnline"
		FROM runners AS r WHERE r.user_id = ${userId}::uuid
		ORDER BY "isOnline" DESC, r.last_seen_at DESC, r.id`;
	return Promise.all(
		rows.map(async (row) => ({ ...row, words: await fingerprintWords(row.publicKey) }))
	);
}

/** Gives a computer of the caller's another name. @throws NOT_FOUND */
export const renameRunner = (actor: PersonalActor, { id, name }: RenameRunner): Promise<RunnerId> =>
	change(actor, id, { data: { name }, event: { action: 'runner.rename', changed: ['name'] } });

/** Says whether "any of mine" means this computer, too. @throws NOT_FOUND */
export const switchRunner = (
	actor: PersonalActor,
	{ id, isForAny }: SwitchRunner
): Promise<RunnerId> =>
	change(actor, id, {
		data: { isForAny },
		event: { action: 'runner.switch', changed: ['isForAny'], details: { isForAny } }
	});

/**
 * Unpairs a computer: its credential is worth nothing from now on, and relays close its socket and those of
 * whoever looks at it. @throws NOT_FOUND
 */
export async function revokeRunner(actor: PersonalActor, { id }: RunnerId): Promise<RunnerId> {
	await db.$transaction(async (tx) => {
		const { count } = await tx.runner.deleteMany({ where: { id, userId: actor.userId } });
		if (count === 0) throw notFound();
		await revoke(tx, { of: 'runner', id });
		await toldAndRecorded(tx, actor, {
			action: 'runner.revoke',
			targetKind: 'runner',
			targetId: id
		});
	});
	postRelayEventsSoon();
	return { id };
}

/** The same, by the computer itself. @throws UNAUTHORIZED as for a ticket */
export async function unpairRunner(shown: ShowProof, door: RunnerDoor): Promise<RunnerId> {
	const { runnerId } = shown;
	const { userId } = await proveRunner(shown, 'unpair', door);
	const { requestId } = door;
	return revokeRunner({ kind: 'runner', userId, runnerId, requestId }, { id: runnerId });
}

interface Change {
	data: { name: string } | { isForAny: boolean };
	event: Pick<AuditEvent, 'action' | 'changed' | 'details'>;
}

async function change(
	actor: PersonalActor,
	id: string,
	{ data, event }: Change
): Promise<RunnerId> {
	await db.$transaction(async (tx) => {
		const { count } = await tx.runner.updateMany({ where: { id, userId: actor.userId }, data });
		if (count === 0) throw notFound();
		await toldAndRecorded(tx, actor, { ...event, targetKind: 'runner', targetId: id });
	});
	postRelayEventsSoon();
	return { id };
}

/** The person's other tabs hear of it. */
async function toldAndRecorded(
	tx: Transaction,
	actor: PersonalActor,
	event: AuditEvent
): Promise<void> {
	const notice = { kind: 'runners.changed' } as const;
	await tellRelays(tx, { type: 'tell-people', people: [actor.userId], notice });
	await recordAudit(tx, actor, event);
}

const notFound = () => refusal('NOT_FOUND', 'runner.notFound');
