import { generateNKeysBetween } from 'fractional-indexing';
import { LIMITS } from '$lib/limits';
import type { ImportId } from '$lib/schemas/transfer';
import type { Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { demoteImportedStars } from './import-stars';
import { importStep, within, type Progress } from './import-lock';
import { noteImported } from './import-noted';
import { ideaWith, timeOf } from './import-merge';
import { planHash, planImport, withoutGuesses } from './import-plan';
import { slicesOf, type Slice } from './import-slices';
import { lockTargets } from './import-targets';
import { insertFeatures, placeFeatures, updateFeatures } from './import-features';
import { keepTextsBeforeImport } from './import-revisions';
import { lockPeople } from './star-limit';
import { ideaContent } from './transfer-documents';
import { recordUndo } from './undo-actions';

/** What an import did, and the token that takes it back. */
export interface Imported {
	created: number;
	changed: number;
	undoToken: string;
}

/**
 * Takes a file over into the account, in one transaction: all of it or nothing. It is compared once more under
 * the person's lock, and refused when that comes out otherwise than it was shown. Asked again for one that is
 * done, it says so and does nothing.
 *
 * @throws NOT_FOUND, CONFLICT, BAD_REQUEST when there would be more than there can be
 */
export async function confirmImport(actor: PersonalActor, { id }: ImportId): Promise<Imported> {
	return importStep(actor, id, async (tx, progress) => {
		await lockPeople(tx, [actor.userId]);
		await lockTargets(tx, id);
		const { state, plan, result } = await tx.import.findUniqueOrThrow({
			where: { id },
			select: { state: true, plan: true, result: true }
		});
		const inverse = { kind: 'idea.import', importId: id } as const;
		if (state === 'done') {
			const counts = result as { created: number; changed: number };
			return { ...counts, undoToken: await recordUndo(tx, actor, { inverse }) };
		}
		if (state !== 'ready') throw refusal('CONFLICT', 'import.notReady');
		await planImport(tx, actor, { id, progress: within(progress, 0, 0.2) });
		if ((await planHash(tx, id)) !== plan) throw refusal('CONFLICT', 'import.changed');
		await withoutGuesses(tx, () => assertRoom(tx, actor, id));
		const counts = await write(tx, actor, { id, progress: within(progress, 0.2, 0.85) });
		await noteImported(tx, id, within(progress, 0.85, 1));
		// In one statement with stopping it: either it is done and cannot be stopped, or the other way round.
		const { count } = await tx.import.updateMany({
			where: { id, cancelledAt: null },
			data: { state: 'done', result: { ...counts }, updatedAt: new Date() }
		});
		if (count === 0) throw refusal('CLIENT_CLOSED_REQUEST', 'import.cancelled');
		const undoToken = await recordUndo(tx, actor, { inverse });
		await recordAudit(tx, actor, {
			action: 'idea.import',
			targetKind: 'import',
			targetId: id,
			details: counts
		});
		return { ...counts, undoToken };
	});
}

/** An idea of the file that becomes a new one. */
const isNewIdea = Prisma.sql`(i.verdict = 'new' OR (i.verdict = 'conflict' AND i.choice = 'create'))`;

/** Under the person's lock. @throws BAD_REQUEST */
async function assertRoom(tx: Transaction, { userId }: PersonalActor, id: string) {
	const [row] = await tx.$queryRaw<{ owned: number; coming: number; full: string | null }[]>`
		SELECT (SELECT count(*)::int FROM ideas WHERE owner_id = ${userId}::uuid) AS owned,
			(SELECT count(*)::int FROM import_items AS i
				WHERE import_id = ${id}::uuid AND feature_index = -1 AND ${isNewIdea}) AS coming,
			(SELECT i.title FROM import_items AS i
				JOIN import_items AS f ON f.import_id = i.import_id AND f.idea_index = i.idea_index
					AND f.feature_index >= 0 AND (f.verdict = 'new' OR f.choice = 'create')
				WHERE i.import_id = ${id}::uuid AND i.feature_index = -1 AND i.target_id IS NOT NULL
				GROUP BY i.target_id, i.title
				HAVING count(*) + (SELECT count(*) FROM features WHERE idea_id = i.target_id)
					> ${LIMITS.featuresPerIdea}
				LIMIT 1) AS full`;
	if (!row) throw new Error('A SELECT without FROM gave no row.');
	const over = row.owned + row.coming - LIMITS.ideasPerPerson;
	if (over > 0) throw refusal('BAD_REQUEST', 'import.ideaQuota', { over });
	if (row.full) throw refusal('BAD_REQUEST', 'import.featureQuota', { title: row.full });
}

async function write(
	tx: Transaction,
	actor: PersonalActor,
	{ id, progress }: { id: string; progress: Progress }
): Promise<{ created: number; changed: number }> {
	const slices = await slicesOf(tx, id);
	const total = slices.reduce((sum, { items }) => sum + items, 0);
	const places = await placesOfNewIdeas(tx, actor, id);
	let [created, changed, done] = [0, 0, 0];
	for (const slice of slices) {
		await progress(done / total);
		created += await insertIdeas(tx, actor, { id, slice, places });
		changed += await updateIdeas(tx, id, slice);
		await placeFeatures(tx, id, slice);
		created += await insertFeatures(tx, id, slice);
		changed += await updateFeatures(tx, id, slice);
		done += slice.items;
	}
	await keepTextsBeforeImport(tx, actor, id);
	await demoteImportedStars(tx, actor, id);
	await progress(1);
	return { created, changed };
}

/** New ideas come above what is there, in the order of the file. */
async function placesOfNewIdeas(
	tx: Transaction,
	{ userId }: PersonalActor,
	id: string
): Promise<string[]> {
	const [there] = await tx.$queryRaw<{ first: string | null; coming: number }[]>`
		SELECT (SELECT min(position) FROM idea_members WHERE user_id = ${userId}::uuid) AS first,
			(SELECT count(*)::int FROM import_items AS i
				WHERE import_id = ${id}::uuid AND feature_index = -1 AND ${isNewIdea}) AS coming`;
	return generateNKeysBetween(null, there?.first ?? null, there?.coming ?? 0);
}

/** Takes their places from the begin of `places`. @returns how many */
async function insertIdeas(
	tx: Transaction,
	{ userId }: PersonalActor,
	{ id, slice, places }: { id: string; slice: Slice; places: string[] }
): Promise<number> {
	const here = Prisma.sql`i.import_id = ${id}::uuid AND i.feature_index = -1
		AND i.idea_index BETWEEN ${slice.from} AND ${slice.to} AND ${isNewIdea}`;
	const coming = await tx.$executeRaw`
		INSERT INTO import_changes (import_id, target_id, is_feature, version)
		SELECT import_id, new_id, false, 1 FROM import_items AS i WHERE ${here}`;
	if (coming === 0) return 0;
	// Whoever is in the Trash lets go of the id it came with: the next file means the one that is live.
	await tx.$executeRaw`
		UPDATE ideas SET source_id = NULL
		WHERE owner_id = ${userId}::uuid AND deleted_at IS NOT NULL AND source_id IN (
			SELECT source_id FROM import_items AS i WHERE ${here})`;
	await tx.$executeRaw`
		INSERT INTO ideas (id, owner_id, client_key, source_id, title, notes, link_url, link_label, visibility,
			created_at, updated_at)
		SELECT i.new_id, ${userId}::uuid, i.new_id,
			CASE WHEN (SELECT taken.id FROM ideas AS taken
				WHERE taken.owner_id = ${userId}::uuid AND taken.source_id = i.source_id) IS NULL
				THEN i.source_id END,
			i.title, coalesce(i.content ->> 'notes', ''), i.content ->> 'linkUrl', i.content ->> 'linkLabel',
			coalesce(i.content ->> 'visibility', 'private')::visibility,
			coalesce(i.created_at, now()), coalesce(i.updated_at, now())
		FROM import_items AS i WHERE ${here}`;
	await tx.$executeRaw`
		INSERT INTO idea_members (idea_id, user_id, role, position, star, tags, archived_at, created_at)
		SELECT i.new_id, ${userId}::uuid, 'owner', place.position,
			coalesce(i.content ->> 'star', 'none')::star,
			ARRAY(SELECT jsonb_array_elements_text(coalesce(i.content -> 'tags', '[]'))),
			${timeOf(Prisma.sql`i`, 'archivedAt')}, now()
		FROM (SELECT i.*, row_number() OVER (ORDER BY idea_index) AS nth FROM import_items AS i
			WHERE ${here}) AS i
		JOIN unnest(${places.splice(0, coming)}::text[]) WITH ORDINALITY AS place(position, nth)
			USING (nth)`;
	return coming;
}

/**
 * Puts what the file mentions over what is there; the version is that of the comparison, so that nothing that
 * came in between is lost. @returns how many
 */
async function updateIdeas(tx: Transaction, id: string, { from, to }: Slice): Promise<number> {
	const wanted = Prisma.sql`item.import_id = ${id}::uuid AND item.feature_index = -1
		AND item.idea_index BETWEEN ${from} AND ${to}
		AND (item.verdict = 'changed' OR (item.verdict = 'conflict' AND item.choice = 'update'))`;
	const merged = ideaWith(Prisma.sql`c.before`, Prisma.sql`item.content`);
	const kept = await tx.$executeRaw`
		INSERT INTO import_changes (import_id, target_id, is_feature, before, version)
		SELECT item.import_id, i.id, false, jsonb_build_object(${ideaContent}), i.version
		FROM import_items AS item JOIN ideas AS i ON i.id = item.target_id
		JOIN idea_members AS m ON m.idea_id = i.id AND m.user_id = i.owner_id
		WHERE ${wanted}`;
	if (kept === 0) return 0;
	const updated = await tx.$executeRaw`
		UPDATE ideas AS i SET title = n.title, notes = n.notes, link_url = n.link_url,
			link_label = n.link_label, visibility = n.visibility, version = i.version + n.step,
			updated_at = CASE WHEN n.step = 1 THEN now() ELSE i.updated_at END
		FROM (
			SELECT item.target_id, item.target_version, new ->> 'title' AS title, new ->> 'notes' AS notes,
				new ->> 'linkUrl' AS link_url, new ->> 'linkLabel' AS link_label,
				(new ->> 'visibility')::visibility AS visibility,
				CASE WHEN new - '{star,tags,archivedAt}'::text[] = c.before - '{star,tags,archivedAt}'::text[]
					THEN 0 ELSE 1 END AS step
			FROM import_items AS item
			JOIN import_changes AS c ON c.import_id = item.import_id AND c.target_id = item.target_id
			CROSS JOIN LATERAL (SELECT ${merged} AS new) AS merged
			WHERE ${wanted}
		) AS n WHERE i.id = n.target_id AND i.version = n.target_version AND i.deleted_at IS NULL`;
	if (updated !== kept) throw refusal('CONFLICT', 'import.changed');
	await tx.$executeRaw`
		UPDATE idea_members AS m SET star = (new ->> 'star')::star,
			tags = ARRAY(SELECT jsonb_array_elements_text(new -> 'tags')),
			archived_at = (new ->> 'archivedAt')::timestamptz
		FROM import_items AS item
		JOIN import_changes AS c ON c.import_id = item.import_id AND c.target_id = item.target_id
		CROSS JOIN LATERAL (SELECT ${merged} AS new) AS merged
		WHERE ${wanted} AND m.idea_id = item.target_id AND m.role = 'owner'`;
	return kept;
}
