import { db } from '../db';
import { CHAINED, chainHash, segmentHash, type ChainedRow } from './audit-chain';

/*
 * Computing the whole chain anew takes minutes. Twice a minute the newest part is computed, and one that is
 * drawn by lot: what was rewritten long ago is found within hours or days, and by `pnpm ops audit:verify` at once.
 */

interface Segment {
	firstSequence: bigint;
	lastSequence: bigint;
	entries: number;
	lastAt: Date;
	previousHash: string;
	entriesHash: string;
	hash: string;
	/** The hash of the segment before, while there is one. */
	before: string | null;
}

/** Which parts of the audit's chain are not as they were sealed, by the number of their first entry. */
export async function brokenSegments(): Promise<{ looked: number; broken: number[] }> {
	const segments = await db.$queryRaw<Segment[]>`
		SELECT s.first_sequence AS "firstSequence", s.last_sequence AS "lastSequence", s.entries,
			s.last_at AS "lastAt", s.previous_hash AS "previousHash", s.entries_hash AS "entriesHash", s.hash,
			(SELECT hash FROM audit_segments WHERE last_sequence = s.first_sequence - 1) AS before
		FROM audit_segments AS s WHERE s.dropped_at IS NULL AND s.first_sequence IN (
			SELECT max(first_sequence) FROM audit_segments
			UNION SELECT first_sequence FROM (
				SELECT first_sequence FROM audit_segments WHERE dropped_at IS NULL ORDER BY random() LIMIT 1
			) AS drawn
			-- What was found broken is looked at again, or it would seem mended.
			UNION SELECT substring(subject FROM '\\d+$')::bigint FROM alerts
				WHERE rule = 'audit-chain' AND state <> 'recovered' AND subject ~ '\\d+$'
		)`;
	const broken: number[] = [];
	for (const segment of segments) {
		if (!(await isWhole(segment))) broken.push(Number(segment.firstSequence));
	}
	return { looked: segments.length, broken };
}

async function isWhole(segment: Segment): Promise<boolean> {
	const { firstSequence, lastSequence, entries, previousHash, entriesHash, hash, before } = segment;
	const rows = await db.$queryRaw<(ChainedRow & { hash: string })[]>`
		SELECT hash, ${CHAINED} FROM audit_entries
		WHERE sequence BETWEEN ${firstSequence} AND ${lastSequence} ORDER BY sequence`;
	// Entries may have been dropped in their time since the segments were read.
	if (rows.length === 0 && (await wasDropped(firstSequence))) return true;
	let computed = previousHash;
	for (const [index, row] of rows.entries()) {
		computed = chainHash(computed, Number(firstSequence) + index, row);
		if (computed !== row.hash) return false;
	}
	return (
		rows.length === entries &&
		computed === entriesHash &&
		segmentHash(segment) === hash &&
		(before === null || before === previousHash)
	);
}

const wasDropped = async (firstSequence: bigint): Promise<boolean> =>
	(await db.auditSegment.count({ where: { firstSequence, droppedAt: { not: null } } })) > 0;
