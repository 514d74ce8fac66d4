import type { Transaction } from '../db';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { allowTime } from './import-lock';
import { demoteImportedStars } from './import-stars';
import { lockChanged } from './import-targets';
import { lockPeople } from './star-limit';
import { featureContent, ideaContent } from './transfer-documents';
import type { InverseOf } from './undo-inverses';
import type { Restored } from './undo';

/** How many of the ideas that it was about are named to the page. */
const NAMED = 50;

/**
 * Takes back a whole import: what it made goes to the Trash, what it changed is again as it was. Nothing is done
 * when any of it has changed since.
 */
export async function takeBackImport(
	tx: Transaction,
	actor: PersonalActor,
	{ importId }: InverseOf<'idea.import'>
): Promise<Restored | undefined> {
	await allowTime(tx);
	await lockPeople(tx, [actor.userId]);
	await lockChanged(tx, importId);
	if (!(await isUntouched(tx, actor, importId))) return undefined;
	const expires = new Date(Date.now() + RETENTION.trashDays * 86_400_000);
	await tx.$executeRaw`
		UPDATE ideas AS i SET deleted_at = now(), undo_expires_at = ${expires}
		FROM import_changes AS c
		WHERE c.import_id = ${importId}::uuid AND NOT c.is_feature AND c.before IS NULL
			AND i.id = c.target_id`;
	await tx.$executeRaw`
		UPDATE features AS f SET deleted_at = now(), undo_expires_at = ${expires}
		FROM import_changes AS c, ideas AS i
		WHERE c.import_id = ${importId}::uuid AND c.is_feature AND c.before IS NULL
			AND f.id = c.target_id AND i.id = f.idea_id AND i.deleted_at IS NULL`;
	await putBackIdeas(tx, importId);
	await putBackFeatures(tx, importId);
	await demoteImportedStars(tx, actor, importId);
	const ideas = await tx.importChange.findMany({
		where: { importId, isFeature: false },
		take: NAMED,
		select: { targetId: true }
	});
	await tx.import.deleteMany({ where: { id: importId, userId: actor.userId } });
	return { ideaIds: ideas.map(({ targetId }) => targetId) };
}

/** Whether everything is as the import left it. */
async function isUntouched(tx: Transaction, { userId }: PersonalActor, importId: string) {
	const [row] = await tx.$queryRaw<{ isThere: boolean; touched: number }[]>`
		SELECT EXISTS (SELECT FROM imports WHERE id = ${importId}::uuid AND user_id = ${userId}::uuid
				AND state = 'done') AS "isThere",
			((SELECT count(*) FROM import_changes AS c
				LEFT JOIN ideas AS i ON i.id = c.target_id AND i.deleted_at IS NULL
				LEFT JOIN idea_members AS m ON m.idea_id = i.id AND m.user_id = i.owner_id
				WHERE c.import_id = ${importId}::uuid AND NOT c.is_feature AND (i.id IS NULL
					OR i.version <> c.version
					OR c.after <> md5(jsonb_build_object(${ideaContent})::text)))
			+ (SELECT count(*) FROM import_changes AS c
				LEFT JOIN features AS f ON f.id = c.target_id AND f.deleted_at IS NULL
				WHERE c.import_id = ${importId}::uuid AND c.is_feature AND (f.id IS NULL
					OR f.version <> c.version
					OR c.after <> md5(jsonb_build_object(${featureContent})::text)))
			+ (SELECT count(*) FROM features AS f
				LEFT JOIN import_changes AS own ON own.import_id = ${importId}::uuid AND own.target_id = f.id
				WHERE own.target_id IS NULL AND f.deleted_at IS NULL AND f.idea_id = ANY(ARRAY(
					SELECT target_id FROM import_changes
					WHERE import_id = ${importId}::uuid AND NOT is_feature AND before IS NULL))))::int
			AS touched`;
	return row?.isThere === true && row.touched === 0;
}

async function putBackIdeas(tx: Transaction, importId: string) {
	// The trigger of an idea writes to its members; the other way round two saves could wait for one another.
	await tx.$executeRaw`
		UPDATE ideas AS i SET title = c.before ->> 'title', notes = c.before ->> 'notes',
			link_url = c.before ->> 'linkUrl', link_label = c.before ->> 'linkLabel',
			visibility = (c.before ->> 'visibility')::visibility, version = i.version + 1, updated_at = now()
		FROM import_changes AS c
		WHERE c.import_id = ${importId}::uuid AND NOT c.is_feature AND c.before IS NOT NULL
			AND i.id = c.target_id`;
	await tx.$executeRaw`
		UPDATE idea_members AS m SET star = (c.before ->> 'star')::star,
			tags = ARRAY(SELECT jsonb_array_elements_text(c.before -> 'tags')),
			archived_at = (c.before ->> 'archivedAt')::timestamptz
		FROM import_changes AS c
		WHERE c.import_id = ${importId}::uuid AND NOT c.is_feature AND c.before IS NOT NULL
			AND m.idea_id = c.target_id AND m.role = 'owner'`;
}

async function putBackFeatures(tx: Transaction, importId: string) {
	await tx.$executeRaw`
		UPDATE features AS f SET title = c.before ->> 'title', notes = c.before ->> 'notes',
			sections = c.before -> 'sections',
			visibility = (c.before ->> 'visibility')::feature_visibility,
			star = (c.before ->> 'star')::star, completed_at = (c.before ->> 'completedAt')::timestamptz,
			star_before_done = (c.before ->> 'starBeforeDone')::star,
			version = f.version + 1, updated_at = now()
		FROM import_changes AS c
		WHERE c.import_id = ${importId}::uuid AND c.is_feature AND c.before IS NOT NULL
			AND f.id = c.target_id`;
}
