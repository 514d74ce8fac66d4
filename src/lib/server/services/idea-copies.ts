import { ideaAsMarkdown } from '$lib/idea-markdown';
import { FeatureSections } from '$lib/schemas/features';
import type { IdeaId } from '$lib/schemas/ideas';
import { db } from '../db';
import { refusal } from '../refusal';
import { readableBy, readableFeatures } from './access';
import type { PersonalActor } from './actor';

/** An idea with what the person may read of its plan, as one text. @throws NOT_FOUND */
export async function copyIdea(actor: PersonalActor, { id }: IdeaId): Promise<string> {
	const idea = await db.idea.findFirst({
		where: { id, ...readableBy(actor) },
		select: { title: true, notes: true, linkUrl: true, linkLabel: true }
	});
	if (!idea) throw refusal('NOT_FOUND', 'idea.notFound');
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
