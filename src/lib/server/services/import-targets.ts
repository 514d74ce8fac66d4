import type { Transaction } from '../db';

/**
 * Holds the ideas that an import was compared with until the transaction ends. Stars, places and numbers of their
 * features change under this lock only.
 */
export async function lockTargets(tx: Transaction, importId: string): Promise<void> {
	await tx.$queryRaw`
		SELECT count(*) FROM (
			SELECT id FROM ideas WHERE id = ANY(ARRAY(
				SELECT target_id FROM import_items WHERE import_id = ${importId}::uuid AND feature_index = -1
					AND target_id IS NOT NULL))
			ORDER BY id FOR NO KEY UPDATE) AS held`;
}

/**
 * Holds what an import has changed, and the ideas of it, until the transaction ends: whoever saves one of them has
 * saved before, or waits. Ideas first, as every other act has it.
 */
export async function lockChanged(tx: Transaction, importId: string): Promise<void> {
	await tx.$queryRaw`
		SELECT count(*) FROM (
			SELECT id FROM ideas WHERE id = ANY(ARRAY(
				SELECT target_id FROM import_changes WHERE import_id = ${importId}::uuid AND NOT is_feature
				UNION SELECT f.idea_id FROM import_changes AS c JOIN features AS f ON f.id = c.target_id
					WHERE c.import_id = ${importId}::uuid AND c.is_feature))
			ORDER BY id FOR NO KEY UPDATE) AS held`;
	await tx.$queryRaw`
		SELECT count(*) FROM (
			SELECT id FROM features WHERE id = ANY(ARRAY(
				SELECT target_id FROM import_changes WHERE import_id = ${importId}::uuid AND is_feature))
			ORDER BY id FOR NO KEY UPDATE) AS held`;
}
