import { LIMITS } from '$lib/limits';
import type { AuditFilter, ExportAudit, ListAudit } from '$lib/schemas/audit';
import { db } from '../db';
import { Prisma, type ActorKind, type AuditOutcome } from '../prisma/client';
import type { RequestOrigin } from '../request-context';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { originReader, type SealedEntry } from './audit-keys';
import { asId } from './audit-trail';
import { AuditCursor, decodeCursor, encodeCursor } from './cursor';

/** Entries that an export reads at once: so much is in memory, however much there is. */
const EXPORT_PAGE = 1_000;

/** An entry of the audit as an admin sees it. */
export interface LoggedEntry {
	id: string;
	at: Date;
	/** Its number in the chain; nothing until it is sealed. */
	sequence: number | null;
	hash: string | null;
	actorKind: ActorKind;
	actorId: string | null;
	/** The address of a person who acted, while they have an account. */
	actorEmail: string | null;
	/** Whose own trail it stands in. */
	personId: string | null;
	personEmail: string | null;
	action: string;
	targetKind: string;
	targetId: string | null;
	outcome: AuditOutcome;
	changed: string[];
	details: Prisma.JsonValue;
	requestId: string | null;
	/** From where; `erased` when the key went with its person. */
	origin?: RequestOrigin | 'erased';
}

/** One page of the audit, the latest first. */
export interface AuditPage {
	entries: LoggedEntry[];
	nextCursor?: string;
}

/** One page of what a filter finds. */
export const listAudit = (_admin: PersonalActor, input: ListAudit): Promise<AuditPage> =>
	pageOf(input, LIMITS.pageSize);

/** The same in larger pieces, for an export. */
export const exportAuditPage = (_admin: PersonalActor, input: ListAudit): Promise<AuditPage> =>
	pageOf(input, EXPORT_PAGE);

/** Records that the audit is exported, before the first entry leaves. */
export async function startAuditExport(
	admin: PersonalActor,
	{ format, ...filter }: ExportAudit
): Promise<{ at: Date }> {
	const used = Object.entries(filter).flatMap(([name, value]) => (value ? [name] : []));
	await db.$transaction((tx) =>
		recordAudit(tx, admin, {
			action: 'audit.export',
			targetKind: 'audit',
			targetId: null,
			details: { format, ...(used.length > 0 && { filters: used.join(' ') }) }
		})
	);
	return { at: new Date() };
}

/** How the chain stands. */
export interface ChainState {
	/** The last number and hash; nothing before the first sealing. */
	sequence: number | null;
	hash: string | null;
	sealedAt: Date | null;
	unsealed: number;
	/** Since when the oldest of them waits. */
	waitingSince: Date | null;
}

/** How far the chain goes, and what waits to be sealed. */
export async function chainState(_admin: PersonalActor): Promise<ChainState> {
	const [state] = await db.$queryRaw<
		(Omit<ChainState, 'sequence'> & { sequence: bigint | null })[]
	>`
		SELECT last.sequence, last.hash, last."sealedAt", waiting.unsealed, waiting."waitingSince"
		FROM (
			SELECT count(*)::int AS unsealed, min(at) AS "waitingSince"
			FROM audit_entries WHERE sequence IS NULL
		) AS waiting
		LEFT JOIN (
			SELECT last_sequence AS sequence, hash, sealed_at AS "sealedAt"
			FROM audit_segments ORDER BY first_sequence DESC LIMIT 1
		) AS last ON true`;
	if (!state) throw new Error('An aggregate gave no row.');
	return { ...state, sequence: state.sequence === null ? null : Number(state.sequence) };
}

type Row = Omit<LoggedEntry, 'sequence' | 'origin'> & SealedEntry & { sequence: bigint | null };

async function pageOf({ cursor, ...filter }: ListAudit, size: number): Promise<AuditPage> {
	const after = cursor ? decodeCursor(AuditCursor, cursor) : undefined;
	const conditions = conditionsOf(filter);
	if (after) conditions.push(Prisma.sql`(e.at, e.id) < (${after.at}, ${after.id}::uuid)`);
	const where =
		conditions.length > 0 ? Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}` : Prisma.empty;
	const rows = await db.$queryRaw<Row[]>`
		SELECT e.id, e.at, e.sequence, e.hash, e.actor_kind::text AS "actorKind", e.actor_id AS "actorId",
			actor.email AS "actorEmail", e.person_id AS "personId", person.email AS "personEmail",
			e.action, e.target_kind AS "targetKind", e.target_id AS "targetId", e.outcome::text,
			coalesce(e.changed, '{}') AS changed, e.details, e.request_id AS "requestId", e.personal, k.key
		FROM (
			SELECT * FROM audit_entries AS e ${where} ORDER BY e.at DESC, e.id DESC LIMIT ${size + 1}
		) AS e
		LEFT JOIN users AS actor
			ON actor.id = CASE WHEN e.actor_kind = 'person' THEN ${asId('e.actor_id')} END
		LEFT JOIN users AS person ON person.id = e.person_id
		LEFT JOIN audit_keys AS k ON k.user_id = e.key_of
		ORDER BY e.at DESC, e.id DESC`;
	const read = originReader();
	const entries = rows.slice(0, size).map(({ personal, key, sequence, ...entry }): LoggedEntry => {
		const origin = personal && !key ? 'erased' : read({ id: entry.id, personal, key });
		return { ...entry, sequence: sequence === null ? null : Number(sequence), origin };
	});
	const last = entries.at(-1);
	if (rows.length <= size || !last) return { entries };
	return { entries, nextCursor: encodeCursor([last.at, last.id]) };
}

/** An address stands for the id of its person. */
const idsOf = (given: string) =>
	Prisma.sql`(${given}, (SELECT id::text FROM users WHERE email = ${given.toLowerCase()}))`;

function conditionsOf({ action, actor, target, outcome, from, to, request }: AuditFilter) {
	return [
		...(action ? [Prisma.sql`starts_with(e.action, ${action})`] : []),
		...(actor ? [Prisma.sql`e.actor_id IN ${idsOf(actor)}`] : []),
		...(target ? [Prisma.sql`e.target_id IN ${idsOf(target)}`] : []),
		...(outcome ? [Prisma.sql`e.outcome = ${outcome}::audit_outcome`] : []),
		...(from ? [Prisma.sql`e.at >= ${new Date(`${from}T00:00:00Z`)}`] : []),
		...(to ? [Prisma.sql`e.at < ${new Date(Date.parse(`${to}T00:00:00Z`) + 86_400_000)}`] : []),
		...(request ? [Prisma.sql`e.request_id = ${request}`] : [])
	];
}
