import type { Transaction } from '../db';
import type { PersonalActor } from './actor';

/*
 * A mark stands for everything that an undo must not take away unseen. An act that can only be taken back whole
 * keeps the marks that it left, and is not taken back where one of them is another by then.
 */

/** A thing, and its mark. */
export interface Marked {
	id: string;
	mark: string;
}

/** The marks of ideas: what they say, what the person made of them, who has them, and how their features are. */
export function markIdeas(tx: Transaction, actor: PersonalActor, ids: string[]): Promise<Marked[]> {
	return tx.$queryRaw<Marked[]>`
		SELECT i.id, md5(jsonb_build_array(
			i.version, m.star, m.tags, m.archived_at IS NOT NULL,
			(SELECT count(*) FROM idea_members WHERE idea_id = i.id),
			(SELECT jsonb_agg(
					jsonb_build_array(id, version, star, completed_at IS NOT NULL, deleted_at IS NOT NULL) ORDER BY id
				) FROM features WHERE idea_id = i.id)
		)::text) AS mark
		FROM ideas AS i JOIN idea_members AS m ON m.idea_id = i.id AND m.user_id = ${actor.userId}::uuid
		WHERE i.id = ANY(${ids}::uuid[]) AND i.deleted_at IS NULL`;
}

/** The marks of features: what they say, their stars, and whether they are done. */
export function markFeatures(tx: Transaction, ids: string[]): Promise<Marked[]> {
	return tx.$queryRaw<Marked[]>`
		SELECT id, md5(jsonb_build_array(version, star, completed_at IS NOT NULL)::text) AS mark
		FROM features WHERE id = ANY(${ids}::uuid[]) AND deleted_at IS NULL`;
}

/** Whether things bear the marks that were left on them. */
export function areAsMarked(left: Marked[], present: Marked[]): boolean {
	const markOf = new Map(present.map(({ id, mark }) => [id, mark]));
	return left.every(({ id, mark }) => markOf.get(id) === mark);
}
