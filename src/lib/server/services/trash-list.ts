import { LIMITS } from '$lib/limits';
import type { ListTrash } from '$lib/schemas/trash';
import { Prisma } from '../prisma/client';
import { readFromReplica } from '../replica';
import type { PersonalActor } from './actor';
import { decodeCursor, encodeCursor, TrashCursor } from './cursor';

/** An idea or a feature in the Trash. */
export interface Trashed {
	kind: 'idea' | 'feature';
	id: string;
	title: string;
	deletedAt: Date;
	/** Until when it can be restored. */
	undoExpiresAt: Date;
	/** The idea whose plan a feature was taken from. */
	idea: { id: string; title: string } | null;
	/** Whether the person may delete it for good: it is theirs, or in the plan of an idea that is. */
	canPurge: boolean;
}

/** One page of the Trash. */
export interface TrashPage {
	things: Trashed[];
	nextCursor?: string;
}

/**
 * One page of what the person can restore, the latest first: their own ideas, and features of live ideas that they
 * may change. Features of an idea in the Trash come back with it.
 *
 * @throws BAD_REQUEST for a cursor of another list
 */
export async function listTrash(actor: PersonalActor, { cursor }: ListTrash): Promise<TrashPage> {
	const after = cursor ? decodeCursor(TrashCursor, cursor) : undefined;
	/** The page of one kind: each of them could be all of the page. */
	const pageOf = (of: 'i' | 'f') => {
		const [deletedAt, id] = [Prisma.raw(`${of}.deleted_at`), Prisma.raw(`${of}.id`)];
		return Prisma.sql`
			${deletedAt} IS NOT NULL AND ${Prisma.raw(`${of}.undo_expires_at`)} > now()
				AND ${after ? Prisma.sql`(${deletedAt}, ${id}) < (${after.deletedAt}, ${after.id}::uuid)` : Prisma.sql`true`}
			ORDER BY ${deletedAt} DESC, ${id} DESC
			LIMIT ${LIMITS.pageSize + 1}`;
	};
	const statement = Prisma.sql`
		SELECT * FROM (
			(
				SELECT 'idea' AS kind, i.id, i.title, i.deleted_at AS "deletedAt",
					i.undo_expires_at AS "undoExpiresAt", NULL::uuid AS "ideaId", NULL AS "ideaTitle",
					true AS "canPurge"
				FROM ideas AS i
				WHERE i.owner_id = ${actor.userId}::uuid AND ${pageOf('i')}
			)
			UNION ALL
			(
				SELECT 'feature', f.id, f.title, f.deleted_at, f.undo_expires_at, i.id, i.title,
					m.role = 'owner'
				FROM idea_members AS m
				JOIN ideas AS i ON i.id = m.idea_id AND i.deleted_at IS NULL
				JOIN features AS f ON f.idea_id = m.idea_id
				WHERE m.user_id = ${actor.userId}::uuid AND m.role IN ('owner', 'editor')
					AND ${pageOf('f')}
			)
		) AS things
		ORDER BY "deletedAt" DESC, id DESC
		LIMIT ${LIMITS.pageSize + 1}`;
	const rows = await readFromReplica((client) => client.$queryRaw<Row[]>(statement));
	const things = rows.slice(0, LIMITS.pageSize).map(trashedOf);
	const last = things.at(-1);
	if (rows.length <= things.length || !last) return { things };
	return { things, nextCursor: encodeCursor([last.deletedAt, last.id]) };
}

/** A row of the statement: an idea has none that it is of. */
type Row = Omit<Trashed, 'idea'> & { ideaId: string | null; ideaTitle: string | null };

const trashedOf = ({ ideaId, ideaTitle, ...thing }: Row): Trashed => ({
	...thing,
	idea: ideaId === null ? null : { id: ideaId, title: ideaTitle ?? '' }
});
