import { ADVISORY_LOCKS } from '../advisory-locks';
import { db, type Transaction } from '../db';
import { log } from '../log';
import { RETENTION } from '../retention';
import type { Actor } from './actor';
import { recordAudit } from './audit';
import { CHAINED, chainHash, GENESIS, segmentHash, type ChainedRow } from './audit-chain';
import { UNHURRIED, type Purged } from './batches';

const BATCH = 5_000;

/**
 * Numbers the entries that are not sealed yet and chains each to the one before it, in batches of one
 * transaction and one segment each. One process does so at a time; to any other there is nothing to do.
 * The order is that of the numbers: an entry that was committed late comes in a later segment.
 *
 * @returns how many entries were sealed, and whether the time was up before all were
 */
export async function sealAudit(work = UNHURRIED): Promise<{ sealed: number; more: boolean }> {
	let total = 0;
	while (work.hasTime()) {
		const sealed = await db.$transaction(sealBatch);
		total += sealed;
		if (sealed < BATCH) return { sealed: total, more: false };
	}
	return { sealed: total, more: true };
}

async function sealBatch(tx: Transaction): Promise<number> {
	const [lock] = await tx.$queryRaw<{ taken: boolean }[]>`
		SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCKS.sealing}::bigint) AS taken`;
	if (!lock?.taken) return 0;
	const rows = await tx.$queryRaw<(ChainedRow & { id: string; at: Date })[]>`
		SELECT id, at, ${CHAINED} FROM audit_entries WHERE sequence IS NULL ORDER BY at, id LIMIT ${BATCH}`;
	if (rows.length === 0) return 0;
	const head = await tx.auditSegment.findFirst({
		orderBy: { firstSequence: 'desc' },
		select: { lastSequence: true, hash: true }
	});
	const first = Number(head?.lastSequence ?? 0) + 1;
	const previousHash = head?.hash ?? GENESIS;
	let entriesHash = previousHash;
	const hashes = rows.map(
		(row, index) => (entriesHash = chainHash(entriesHash, first + index, row))
	);
	const sealed = await tx.$executeRaw`
		UPDATE audit_entries AS e SET sequence = ${first}::bigint + given.place - 1, hash = given.hash
		FROM unnest(${rows.map(({ id }) => id)}::uuid[], ${hashes}::text[])
			WITH ORDINALITY AS given (id, hash, place)
		WHERE e.id = given.id AND e.sequence IS NULL`;
	if (sealed !== rows.length) throw new Error('An audit entry vanished while it was sealed.');
	const lastSequence = first + rows.length - 1;
	const facts = {
		firstSequence: first,
		lastSequence,
		entries: rows.length,
		lastAt: new Date(Math.max(...rows.map(({ at }) => at.valueOf()))),
		entriesHash
	};
	const hash = segmentHash(facts);
	await tx.auditSegment.create({
		data: { ...facts, previousHash, hash },
		select: { firstSequence: true }
	});
	// The log may leave this machine: there the hash is out of reach for whoever rewrites the database.
	log('info', 'Audit sealed', { entries: rows.length, sequence: lastSequence, hash });
	return rows.length;
}

/**
 * Drops the oldest segments whose entries have all been kept for their time, each in a transaction of
 * its own. The segments themselves stay, so that the chain can still be followed.
 *
 * @returns how many entries went
 */
export async function purgeAudit(actor: Actor, work = UNHURRIED): Promise<Purged> {
	const before = new Date(Date.now() - RETENTION.auditDays * 86_400_000);
	let deleted = 0;
	while (work.hasTime()) {
		const segment = await db.auditSegment.findFirst({
			where: { droppedAt: null },
			orderBy: { firstSequence: 'asc' },
			select: { firstSequence: true, lastSequence: true, lastAt: true }
		});
		if (!segment || segment.lastAt >= before) return { deleted, more: false };
		const { firstSequence, lastSequence } = segment;
		const dropped = await db.$transaction(async (tx) => {
			const [result] = await tx.$queryRaw<{ dropped: number }[]>`
				SELECT drop_audit_segment(${firstSequence}) AS dropped`;
			if (!result?.dropped) return 0;
			await recordAudit(tx, actor, {
				action: 'audit.purge',
				targetKind: 'audit',
				targetId: null,
				details: { from: Number(firstSequence), to: Number(lastSequence) }
			});
			return result.dropped;
		});
		if (dropped === 0) return { deleted, more: false };
		deleted += dropped;
	}
	return { deleted, more: true };
}
