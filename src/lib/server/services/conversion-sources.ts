import { createHash } from 'node:crypto';
import { LIMITS } from '$lib/limits';
import type { FeatureToIdea, IdeaToFeature } from '$lib/schemas/conversions';
import type { Transaction } from '../db';
import { refusal } from '../refusal';
import { ownedBy, readableBy, readableFeatures } from './access';
import type { PersonalActor } from './actor';
import { planFeatureToIdea, planIdeaToFeature, type SourceFeature } from './conversion-plans';
import { assertEditable } from './features';
import { FeatureText } from './revision-texts';
import { superStarsGiven } from './star-limit';

/** What a conversion needs of a feature besides what it says. */
const featureFactsSelect = {
	id: true,
	ideaId: true,
	version: true,
	title: true,
	star: true,
	starBeforeDone: true,
	completedAt: true,
	visibility: true,
	position: true,
	clientKey: true,
	sourceId: true
} as const;

const featureSourceSelect = { ...featureFactsSelect, notes: true, sections: true } as const;

/** A name for exactly what a person saw, texts and all: another one means that it is not so any more. */
const seenOf = (facts: unknown): string =>
	createHash('sha256').update(JSON.stringify(facts)).digest('base64url');

/** What an idea would become in another. @throws NOT_FOUND, FORBIDDEN for one that is not the person's own */
export async function readIdeaToFeature(
	tx: Transaction,
	actor: PersonalActor,
	conversion: IdeaToFeature
) {
	const { id, targetId } = conversion;
	const idea = await tx.idea.findFirst({
		where: { id, ...ownedBy(actor) },
		include: {
			members: true,
			features: {
				where: { deletedAt: null },
				orderBy: [{ position: 'asc' }, { id: 'asc' }],
				select: featureFactsSelect
			}
		}
	});
	if (!idea) throw await whyNotOwned(tx, actor, id);
	await assertEditable(tx, actor, targetId);
	const target = await tx.idea.findUniqueOrThrow({
		where: { id: targetId },
		select: { title: true, _count: { select: { features: true } } }
	});
	const given = await tx.feature.count({
		where: { ideaId: targetId, star: 'super', deletedAt: null }
	});
	const own = idea.members.find(({ userId }) => userId === actor.userId);
	const texts = await textsFor(tx, conversion, idea.features.length);
	const features = idea.features.map((row) =>
		sourceOf({ ...row, notes: '', sections: [], ...texts.get(row.id) })
	);
	const source = {
		...idea,
		features,
		star: own?.star ?? 'none',
		tags: own?.tags ?? [],
		others: idea.members.length - 1
	};
	const planned = planIdeaToFeature(conversion, source, {
		title: target.title,
		features: target._count.features,
		superLeft: LIMITS.superStars - given
	});
	const versions = features.map((one) => [one.id, one.version]);
	const seen = seenOf([conversion, planned, idea.version, versions]);
	return { ...planned, seen, rows: idea.features };
}

/**
 * What the features of an idea say, by their ids, as far as it is needed: those that move take it along by
 * themselves, and those that are too many for sections become none.
 */
async function textsFor(
	tx: Transaction,
	{ id, children }: IdeaToFeature,
	features: number
): Promise<Map<string, { notes: string; sections: unknown }>> {
	if (children === 'features' || features > LIMITS.sectionsPerFeature) return new Map();
	const rows = await tx.feature.findMany({
		where: { ideaId: id, deletedAt: null },
		select: { id: true, notes: true, sections: true }
	});
	return new Map(rows.map((row) => [row.id, row]));
}

/** What a feature would become as an idea. @throws NOT_FOUND, FORBIDDEN for one of an idea that is not the person's own */
export async function readFeatureToIdea(
	tx: Transaction,
	actor: PersonalActor,
	conversion: FeatureToIdea
) {
	const row = await tx.feature.findFirst({
		where: { id: conversion.id, ...readableFeatures(actor) },
		select: featureSourceSelect
	});
	if (!row) throw refusal('NOT_FOUND', 'feature.notFound');
	const owned = await tx.idea.count({ where: { id: row.ideaId, ...ownedBy(actor) } });
	if (owned === 0) throw refusal('FORBIDDEN', 'idea.ownerOnly');
	const ideas = await tx.idea.count({ where: { ownerId: actor.userId } });
	const given = await superStarsGiven(tx, actor.userId);
	const planned = planFeatureToIdea(conversion, sourceOf(row), {
		ideas,
		superLeft: LIMITS.superStars - given
	});
	return { ...planned, seen: seenOf([conversion, planned, row.version]), ideaId: row.ideaId };
}

const sourceOf = <Row extends Omit<SourceFeature, 'sections'> & { sections: unknown }>(
	row: Row
): SourceFeature => ({ ...row, sections: FeatureText.shape.sections.parse(row.sections) });

async function whyNotOwned(tx: Transaction, actor: PersonalActor, id: string) {
	const readable = await tx.idea.count({ where: { id, ...readableBy(actor) } });
	return readable ? refusal('FORBIDDEN', 'idea.ownerOnly') : refusal('NOT_FOUND', 'idea.notFound');
}
