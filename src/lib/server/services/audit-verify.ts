import type { Transaction } from '../db';
import type { AuditSegment } from '../prisma/client';
import { RETENTION } from '../retention';
import { CHAINED, chainHash, GENESIS, segmentHash, type ChainedRow } from './audit-chain';

const PAGE = 5_000;
const LATE_MINUTES = 10;

/** The transaction to verify in: everything there is, as it is at one moment. */
export const SNAPSHOT = { isolationLevel: 'RepeatableRead', timeout: 60 * 60_000 } as const;

/** The first thing that is not as it was sealed. */
export interface Fault {
	kind:
		| 'altered'
		| 'missing'
		| 'extra'
		| 'segmentAltered'
		| 'segmentMissing'
		| 'droppedEarly'
		| 'notInChain';
	/** Its number, or the number that should be there. */
	sequence?: number;
	/** The entry's id and time, where there is an entry. */
	id?: string;
	at?: Date;
}

/** What verifying found. */
export interface Verdict {
	/** Entries whose hashes were computed anew. */
	entries: number;
	segments: number;
	/** The end of the chain: note it elsewhere, and the end cannot be cut off unseen. */
	head: { sequence: number; hash: string };
	fault?: Fault;
	/** Entries that should have been sealed minutes ago. */
	late: number;
}

/** An entry that is pointed at. */
interface Found {
	id: string;
	at: Date;
	sequence: bigint | null;
}

/** An entry as verifying reads it. */
type Row = ChainedRow & Found & { hash: string | null };

/**
 * Computes the chain anew from its first entry, in pages, and stops at the first fault.
 *
 * @param tx a transaction with `SNAPSHOT`
 * @param expected a head that was noted before; it must be part of the chain
 */
export async function verifyAudit(tx: Transaction, expected?: string): Promise<Verdict> {
	return new Verification(tx, expected).run();
}

/** Follows the chain, segment by segment. */
class Verification {
	#entries = 0;
	#segments = 0;
	#head = { sequence: 0, hash: GENESIS };
	#expectedFound = false;

	constructor(
		readonly tx: Transaction,
		readonly expected: string | undefined
	) {
		this.#expectedFound = expected === undefined || expected === GENESIS;
	}

	async run(): Promise<Verdict> {
		const fault = await this.#firstFault();
		const [counted] = await this.tx.$queryRaw<{ late: number }[]>`
			SELECT count(*)::int AS late FROM audit_entries
			WHERE sequence IS NULL AND at < now() - make_interval(mins => ${LATE_MINUTES})`;
		return {
			entries: this.#entries,
			segments: this.#segments,
			head: this.#head,
			late: counted?.late ?? 0,
			...(fault && { fault })
		};
	}

	async #firstFault(): Promise<Fault | undefined> {
		for (;;) {
			const segments = await this.tx.auditSegment.findMany({
				where: { firstSequence: { gt: this.#head.sequence } },
				orderBy: { firstSequence: 'asc' },
				take: PAGE
			});
			for (const segment of segments) {
				const fault = await this.#faultIn(segment);
				if (fault) return fault;
			}
			if (segments.length < PAGE) break;
		}
		const [beyond] = await this.tx.$queryRaw<Found[]>`
			SELECT id, at, sequence FROM audit_entries
			WHERE sequence > ${this.#head.sequence}::bigint OR sequence < 1
				OR (sequence IS NULL AND hash IS NOT NULL)
			ORDER BY sequence LIMIT 1`;
		if (beyond) return faultAt('extra', beyond);
		return this.#expectedFound ? undefined : { kind: 'notInChain' };
	}

	async #faultIn(segment: AuditSegment): Promise<Fault | undefined> {
		const { sequence, hash } = this.#head;
		const [first, last] = [Number(segment.firstSequence), Number(segment.lastSequence)];
		const altered = { kind: 'segmentAltered', sequence: first } as const;
		if (first !== sequence + 1) return { kind: 'segmentMissing', sequence: sequence + 1 };
		if (segment.previousHash !== hash) return altered;
		this.#segments += 1;
		const fault = segment.droppedAt
			? await this.#faultInDropped(segment, segment.droppedAt)
			: await this.#faultInEntries(segment);
		if (fault) return fault;
		// Also where the entries are gone: by its time it is known whether they were to go.
		if (segmentHash(segment) !== segment.hash) return altered;
		this.#pass(last, segment.hash);
		return undefined;
	}

	/**
	 * Of a dropped segment only what it says of itself is left, and no entry may be. The oldest go first, and
	 * none can have been dropped in the future.
	 */
	async #faultInDropped(segment: AuditSegment, droppedAt: Date): Promise<Fault | undefined> {
		const [first, last] = [Number(segment.firstSequence), Number(segment.lastSequence)];
		const age = Math.min(droppedAt.valueOf(), Date.now()) - segment.lastAt.valueOf();
		if (age < RETENTION.auditDays * 86_400_000 || this.#entries > 0) {
			return { kind: 'droppedEarly', sequence: first };
		}
		const [left] = await this.#entriesIn(first, last, 1);
		return left && faultAt('extra', left);
	}

	async #faultInEntries(segment: AuditSegment): Promise<Fault | undefined> {
		const [first, last] = [Number(segment.firstSequence), Number(segment.lastSequence)];
		let lastAt = 0;
		while (this.#head.sequence < last) {
			const rows = await this.#entriesIn(this.#head.sequence + 1, last, PAGE);
			for (const row of rows) {
				const sequence = this.#head.sequence + 1;
				if (Number(row.sequence) !== sequence) return { kind: 'missing', sequence };
				const hash = chainHash(this.#head.hash, sequence, row);
				if (row.hash !== hash) return faultAt('altered', row);
				this.#entries += 1;
				lastAt = Math.max(lastAt, row.at.valueOf());
				this.#pass(sequence, hash);
			}
			if (rows.length === 0) return { kind: 'missing', sequence: this.#head.sequence + 1 };
		}
		const isAsSealed =
			first <= last &&
			this.#head.hash === segment.entriesHash &&
			lastAt === segment.lastAt.valueOf();
		return isAsSealed ? undefined : { kind: 'segmentAltered', sequence: first };
	}

	#pass(sequence: number, hash: string): void {
		this.#head = { sequence, hash };
		if (hash === this.expected) this.#expectedFound = true;
	}

	#entriesIn(first: number, last: number, limit: number): Promise<Row[]> {
		return this.tx.$queryRaw<Row[]>`
			SELECT id, at, sequence, hash, ${CHAINED} FROM audit_entries
			WHERE sequence BETWEEN ${first}::bigint AND ${last}::bigint ORDER BY sequence LIMIT ${limit}`;
	}
}

const faultAt = (kind: Fault['kind'], { id, at, sequence }: Found): Fault => ({
	kind,
	id,
	at,
	...(sequence === null ? {} : { sequence: Number(sequence) })
});
