import type { Transaction } from '../db';
import type { Prisma } from '../prisma/client';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { inBatches, type Purged, type Work } from './batches';
import {
	FeatureText,
	IdeaText,
	isMuchChanged,
	namedTexts,
	type FeatureText as Feature,
	type IdeaText as Idea
} from './revision-texts';
import { db } from '../db';

/** Saving by itself makes a version every second: of what one person types in this time the beginning is kept. */
const TOGETHER_MS = 5 * 60_000;

const latest = {
	orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
	take: 1,
	select: { userId: true, createdAt: true }
} satisfies Prisma.RevisionFindManyArgs;

/** A change that is about to happen. */
interface Change<Text> {
	id: string;
	/** The version that it changes. Where that is not the present one, nothing happens and nothing is kept. */
	version: number;
	fields: Partial<Text>;
	/** Keeps the text even if the person has just typed. */
	always?: boolean;
}

/**
 * Keeps what an idea says, before it says something else, in the transaction of the change. Of what one person
 * types within five minutes only the text before the first key is kept, unless much changes at once.
 */
export async function keepIdeaText(
	tx: Transaction,
	actor: PersonalActor,
	{ id, version, fields, always }: Change<Idea>
): Promise<void> {
	const idea = await tx.idea.findFirst({
		where: { id, version },
		select: {
			title: true,
			notes: true,
			linkUrl: true,
			linkLabel: true,
			revisions: { where: { featureId: null }, ...latest }
		}
	});
	if (!idea) return;
	const { revisions, ...before } = idea;
	const change = { before, after: { ...before, ...withoutGaps(fields) }, last: revisions[0] };
	if (!isWorthKeeping(actor, change, always)) return;
	await keep(tx, actor, { ideaId: id, featureId: null, version, content: before });
}

/** The same for a feature. What it says is also kept whenever one of its sections goes. */
export async function keepFeatureText(
	tx: Transaction,
	actor: PersonalActor,
	{ id, version, fields, always }: Change<Feature>
): Promise<void> {
	const feature = await tx.feature.findFirst({
		where: { id, version },
		select: { ideaId: true, title: true, notes: true, sections: true, revisions: latest }
	});
	if (!feature) return;
	const { ideaId, revisions, ...row } = feature;
	const before = FeatureText.parse(row);
	const change = { before, after: { ...before, ...withoutGaps(fields) }, last: revisions[0] };
	if (!isWorthKeeping(actor, change, always || losesSection(change))) return;
	await keep(tx, actor, { ideaId, featureId: id, version, content: before });
}

/** Whether a section goes that says something: nobody brings it back but from here. */
function losesSection({ before, after }: { before: Feature; after: Feature }): boolean {
	const stay = new Set(after.sections.map(({ id }) => id));
	return before.sections.some(({ id, label, body }) => !stay.has(id) && `${label}${body}` !== '');
}

/** Fields that were given: an absent one stays as it is. */
const withoutGaps = <T extends object>(fields: T): T =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

function isWorthKeeping(
	actor: PersonalActor,
	change: {
		before: Idea | Feature;
		after: Idea | Feature;
		last?: { userId: string | null; createdAt: Date };
	},
	always = false
): boolean {
	const [before, after] = [namedTexts(change.before), namedTexts(change.after)];
	if (JSON.stringify(before) === JSON.stringify(after)) return false;
	const { last } = change;
	const isOfAnother = last?.userId !== actor.userId;
	const isOld = !last || Date.now() - last.createdAt.valueOf() > TOGETHER_MS;
	return always || isOfAnother || isOld || isMuchChanged(before, after);
}

async function keep(
	tx: Transaction,
	{ userId }: PersonalActor,
	revision: {
		ideaId: string;
		featureId: string | null;
		version: number;
		content: Idea | Feature;
	}
): Promise<void> {
	const shape = revision.featureId ? FeatureText : IdeaText;
	await tx.revision.create({
		data: { ...revision, userId, content: shape.parse(revision.content) },
		select: { id: true }
	});
}

/** Forgets earlier texts whose time is over. */
export function purgeRevisions(work: Work): Promise<Purged> {
	const before = new Date(Date.now() - RETENTION.revisionDays * 86_400_000);
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM revisions WHERE id IN (
				SELECT id FROM revisions WHERE created_at < ${before} LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
