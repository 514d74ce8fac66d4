import type { DoneBy } from '$lib/audit-words';
import { LIMITS } from '$lib/limits';
import type { ListTrail } from '$lib/schemas/audit';
import { db } from '../db';
import { Prisma, type ActorKind, type AuditOutcome } from '../prisma/client';
import type { RequestOrigin } from '../request-context';
import type { PersonalActor } from './actor';
import { originReader, type SealedEntry } from './audit-keys';
import { AuditCursor, decodeCursor, encodeCursor } from './cursor';

/** Entries in one piece of a download. */
const EXPORT_PAGE = 1_000;

/** Something in a person's own trail. */
export interface TrailEntry {
	id: string;
	at: Date;
	action: string;
	outcome: AuditOutcome;
	/** Who did it: the person, a program of theirs, an admin, or Coda by itself. */
	by: DoneBy;
	targetKind: string;
	targetId: string | null;
	/** The title of the idea that it was done to, while there is one that the person can see. */
	title: string | null;
	isInTrash: boolean;
	changed: string[];
	details: Prisma.JsonValue;
	requestId: string | null;
	/** From where, if the person or a program of theirs did it. */
	origin?: RequestOrigin;
}

/** Whom it is about. */
export type Subject = Pick<PersonalActor, 'userId'>;

/** One page of a trail, the latest first. */
export interface TrailPage {
	entries: TrailEntry[];
	nextCursor?: string;
}

/** One page of what the person did, and of what was done to their account. */
export const listOwnTrail = (actor: PersonalActor, { cursor }: ListTrail): Promise<TrailPage> =>
	ownTrail(actor, LIMITS.pageSize, cursor);

/** The same in larger pieces, for the copy of everything that Coda has of a person. */
export const exportOwnTrail = (subject: Subject, cursor?: string): Promise<TrailPage> =>
	ownTrail(subject, EXPORT_PAGE, cursor);

/** A text as the id that it is, or nothing: an entry that was forged must not hide the others. */
export const asId = (column: 'e.actor_id' | 'e.target_id') =>
	Prisma.raw(
		`CASE WHEN ${column} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN ${column}::uuid END`
	);

type Row = Omit<TrailEntry, 'by' | 'origin'> &
	SealedEntry & { actorKind: ActorKind; actorId: string | null };

async function ownTrail(
	{ userId }: Subject,
	size: number,
	cursor: string | undefined
): Promise<TrailPage> {
	const after = cursor ? decodeCursor(AuditCursor, cursor) : undefined;
	// The key is read with each page and never taken from memory: when it is gone, so are the places.
	const rows = await db.$queryRaw<Row[]>`
		SELECT e.id, e.at, e.action, e.outcome::text, e.actor_kind::text AS "actorKind",
			e.actor_id AS "actorId", e.target_kind AS "targetKind", e.target_id AS "targetId", i.title,
			i.deleted_at IS NOT NULL AS "isInTrash",
			coalesce(e.changed, '{}') AS changed, e.details, e.request_id AS "requestId", e.personal, k.key
		FROM (
			SELECT * FROM audit_entries
			WHERE person_id = ${userId}::uuid
				AND ${after ? Prisma.sql`(at, id) < (${after.at}, ${after.id}::uuid)` : Prisma.sql`true`}
			ORDER BY at DESC, id DESC LIMIT ${size + 1}
		) AS e
		LEFT JOIN audit_keys AS k ON k.user_id = e.key_of AND e.key_of = ${userId}::uuid
		LEFT JOIN idea_members AS m ON m.user_id = ${userId}::uuid
			AND m.idea_id = CASE WHEN e.target_kind = 'idea' THEN ${asId('e.target_id')} END
		LEFT JOIN ideas AS i ON i.id = m.idea_id
		ORDER BY e.at DESC, e.id DESC`;
	const read = originReader();
	const entries = rows.slice(0, size).map(({ actorKind, actorId, personal, key, ...entry }) => ({
		...entry,
		by: doneBy(actorKind, actorId === userId),
		origin: read({ id: entry.id, personal, key })
	}));
	const last = entries.at(-1);
	if (rows.length <= size || !last) return { entries };
	return { entries, nextCursor: encodeCursor([last.at, last.id]) };
}

function doneBy(kind: ActorKind, isSelf: boolean): DoneBy {
	if (kind === 'system') return 'coda';
	if (kind !== 'person') return 'program';
	return isSelf ? 'you' : 'admin';
}
