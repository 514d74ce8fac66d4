import { ideaAsMarkdown } from '$lib/idea-markdown';
import { FeatureSections } from '$lib/schemas/features';
import type { IdeaId } from '$lib/schemas/ideas';
import { LIMITS } from '$lib/limits';
import { db } from '../db';
import { refusal } from '../refusal';
import { readableBy, readableFeatures } from './access';
import type { PersonalActor } from './actor';

/**
 * An idea with what the person may read of its plan, as one text.
 *
 * @throws NOT_FOUND, BAD_REQUEST when that is more than can be copied at once
 */
export async function copyIdea(actor: PersonalActor, { id }: IdeaId): Promise<string> {
	const idea = await db.idea.findFirst({
		where: { id, ...readableBy(actor) },
		select: { title: true, notes: true, linkUrl: true, linkLabel: true }
	});
	if (!idea) throw refusal('NOT_FOUND', 'idea.notFound');
	await assertNotTooLong(actor, id);
	const features = await db.feature.findMany({
		where: { ideaId: id, ...readableFeatures(actor) },
		orderBy: [{ position: 'asc' }, { id: 'asc' }],
		select: { title: true, notes: true, sections: true, completedAt: true }
	});
	return ideaAsMarkdown(
		idea,
		features.map((feature) => ({ ...feature, sections: FeatureSections.parse(feature.sections) }))
	);
}

/** Measures in the database, so that what is too long never comes here. */
async function assertNotTooLong(actor: PersonalActor, ideaId: string): Promise<void> {
	const [row] = await db.$queryRaw<{ chars: number }[]>`
		SELECT coalesce(sum(length(f.title) + length(f.notes)
			+ length(section_texts(f.sections, 'label')) + length(section_texts(f.sections, 'body'))), 0)::int
			AS chars
		FROM idea_members AS m JOIN features AS f ON f.idea_id = m.idea_id AND f.deleted_at IS NULL
		WHERE m.user_id = ${actor.userId}::uuid AND m.idea_id = ${ideaId}::uuid
			AND (f.visibility = 'inherit' OR m.role IN ('owner', 'editor'))`;
	if (row && row.chars > LIMITS.copyChars) throw refusal('BAD_REQUEST', 'idea.copyTooLong');
}
