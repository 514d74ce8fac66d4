import { LIMITS } from '$lib/limits';
import type { Transaction } from '../db';
import type { PersonalActor } from './actor';

/**
 * Super-stars that the import brought and for which there is no room become stars: those that stood before keep
 * theirs, and then it goes by the order.
 */
export async function demoteImportedStars(
	tx: Transaction,
	{ userId }: PersonalActor,
	importId: string
): Promise<void> {
	await tx.$executeRaw`
		UPDATE idea_members AS m SET star = 'star'
		FROM (
			SELECT m.idea_id, c.target_id IS NOT NULL AS is_imported, row_number() OVER (
				ORDER BY (c.target_id IS NULL OR coalesce(c.before ->> 'star', '') = 'super') DESC, m.position, m.idea_id
			) AS nth
			FROM idea_members AS m JOIN ideas AS i ON i.id = m.idea_id AND i.deleted_at IS NULL
			LEFT JOIN import_changes AS c ON c.import_id = ${importId}::uuid AND c.target_id = m.idea_id
			WHERE m.user_id = ${userId}::uuid AND m.star = 'super' AND m.archived_at IS NULL
		) AS given
		WHERE m.user_id = ${userId}::uuid AND m.idea_id = given.idea_id AND given.is_imported
			AND given.nth > ${LIMITS.superStars}`;
	await tx.$executeRaw`
		UPDATE features AS f SET star = 'star'
		FROM (
			SELECT f.id, c.target_id IS NOT NULL AS is_imported, row_number() OVER (PARTITION BY f.idea_id
				ORDER BY (c.target_id IS NULL OR coalesce(c.before ->> 'star', '') = 'super') DESC, f.position, f.id
			) AS nth
			FROM features AS f
			LEFT JOIN import_changes AS c ON c.import_id = ${importId}::uuid AND c.target_id = f.id
			WHERE f.star = 'super' AND f.deleted_at IS NULL AND f.idea_id = ANY(ARRAY(
				SELECT DISTINCT f.idea_id FROM import_changes AS c JOIN features AS f ON f.id = c.target_id
				WHERE c.import_id = ${importId}::uuid AND c.is_feature AND f.star = 'super'))
		) AS given
		WHERE f.id = given.id AND given.is_imported AND given.nth > ${LIMITS.superStars}`;
}
