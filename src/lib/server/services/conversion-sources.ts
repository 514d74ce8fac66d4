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

const featureSourceSelect = {
	id: true,
	ideaId: true,
	version: true,
	title: true,
	notes: true,
	sections: true,
	star: true,
	starBeforeDone: true,
	completedAt: true,
	visibility: true,
	position: true,
	clientKey: true,
	sourceId: true
} as const;

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
				select: featureSourceSelect
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
	const features = idea.features.map(sourceOf);
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
	const given = await tx.ideaMember.count({
		where: { userId: actor.userId, star: 'super', archivedAt: null, idea: { deletedAt: null } }
	});
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
