import { createHash } from 'node:crypto';
import { Prisma } from '../prisma/client';

/*
 * The chain over the audit's entries, version 1. docs/operations/audit.md describes it for whoever
 * writes a verifier of their own: what changes here is another version, and changes there too.
 */

const VERSION = 'coda.audit.1';
const SEGMENT_VERSION = 'coda.audit.segment.1';

/** What the first entry follows. */
export const GENESIS = '0'.repeat(64);

/** An entry as `CHAINED` selects it: the values of the canonical form, in its order, as JSON. */
export interface ChainedRow {
	entry: string;
}

/** Selects what is hashed of an entry, with what is encrypted in it as it is. */
export const CHAINED = Prisma.sql`json_build_array(
	id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), actor_kind, actor_id, person_id,
	action, target_kind, target_id, outcome, changed, details, personal, key_of, request_id
)::text AS entry`;

/** The hash of an entry that follows the one with the hash `previous`: hexadecimal SHA-256. */
export function chainHash(previous: string, sequence: number, { entry }: ChainedRow): string {
	const values = JSON.parse(entry) as unknown[];
	const canonical = JSON.stringify([VERSION, sequence, ...values.map(withSortedKeys)]);
	return sha256(`${previous}\n${canonical}`);
}

/** What a segment says of itself, and goes on to say when its entries are gone. */
export interface SegmentFacts {
	firstSequence: bigint | number;
	lastSequence: bigint | number;
	entries: number;
	/** The time of its latest entry. */
	lastAt: Date;
	/** The hash of its last entry. */
	entriesHash: string;
}

/**
 * The hash of a segment, which the next one follows: whoever edits what a segment says of itself has to
 * compute everything after it anew.
 */
export function segmentHash(facts: SegmentFacts): string {
	const { firstSequence, lastSequence, entries, lastAt, entriesHash } = facts;
	const numbers = [Number(firstSequence), Number(lastSequence), entries];
	const canonical = JSON.stringify([SEGMENT_VERSION, ...numbers, lastAt.toISOString()]);
	return sha256(`${entriesHash}\n${canonical}`);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The database keeps the keys of `details` in an order of its own. */
function withSortedKeys(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withSortedKeys);
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(entries.map(([key, inner]) => [key, withSortedKeys(inner)]));
}
