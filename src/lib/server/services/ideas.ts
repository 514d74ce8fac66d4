import { generateKeyBetween } from 'fractional-indexing';
import { LIMITS } from '$lib/limits';
import type { PageReason } from '$lib/page-messages';
import type { CreateIdea, IdeaId, UpdateIdea } from '$lib/schemas/ideas';
import { db, type Transaction } from '../db';
import { log } from '../log';
import { Prisma } from '../prisma/client';
import { fieldRefusal, refusal } from '../refusal';
import { editableBy, ownedBy, readableBy } from './access';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { PROBE_ID } from './probe-identity';
import { joinProgress, NO_PROGRESS, type Progress } from './progress';
import { keepIdeaText } from './revision-keeping';
import { lockPeople, starWithinLimit } from './star-limit';
import { recordUndo } from './undo-actions';

/** What leaves the server of an idea. Every query selects this, so nothing leaks by default. */
export const ideaSelect = {
	id: true,
	title: true,
	notes: true,
	linkUrl: true,
	linkLabel: true,
	visibility: true,
	version: true,
	createdAt: true,
	updatedAt: true
} satisfies Prisma.IdeaSelect;

/** What one person's membership adds to an idea. */
export const membershipSelect = {
	role: true,
	star: true,
	position: true,
	tags: true,
	archivedAt: true
} satisfies Prisma.IdeaMemberSelect;

/** An idea as one person has it: its content, and their role, star and place. */
export type Idea = Prisma.IdeaGetPayload<{ select: typeof ideaSelect }> &
	Prisma.IdeaMemberGetPayload<{ select: typeof membershipSelect }> &
	Progress;

/** A new idea, and why its star is not the one that was asked for. */
export type Created = Idea & { notice?: PageReason };

/** A changed idea. The token takes back who sees it, and is absent where that did not change. */
export type Updated = Idea & { undoToken?: string };

/** One idea that the person is a member of. @throws NOT_FOUND */
export async function getIdea(actor: PersonalActor, { id }: IdeaId): Promise<Idea> {
	const idea = await readIdea(db, actor, { id, evenTrashed: false });
	if (!idea) throw refusal('NOT_FOUND', 'idea.notFound');
	return idea;
}

/** An idea as the person has it, in one statement. */
async function readIdea(
	client: Transaction,
	{ userId }: PersonalActor,
	{ id, evenTrashed }: { id: string; evenTrashed: boolean }
): Promise<Idea | undefined> {
	const [idea] = await client.$queryRaw<Idea[]>`
		SELECT i.id, i.title, i.notes, i.link_url AS "linkUrl", i.link_label AS "linkLabel",
			i.visibility::text, i.version, i.created_at AS "createdAt", i.updated_at AS "updatedAt",
			m.role::text, m.star::text, m.position, m.tags,
			m.archived_at AS "archivedAt", progress.done, progress.total
		FROM idea_members AS m
		JOIN ideas AS i ON i.id = m.idea_id
		${joinProgress(Prisma.sql`m.idea_id`, Prisma.sql`m.role`)}
		WHERE m.user_id = ${userId}::uuid AND m.idea_id = ${id}::uuid
			AND (i.deleted_at IS NULL OR ${evenTrashed})`;
	return idea;
}

/**
 * Adds an idea at the top of the person's board. The same `clientKey` again gives the idea that it
 * made the first time. A super-star beyond the limit comes as a star.
 *
 * @throws CONFLICT when the person has as many ideas as there can be
 */
export async function createIdea(actor: PersonalActor, input: CreateIdea): Promise<Created> {
	const { star, clientKey, ...content } = input;
	const { userId } = actor;
	const idea = await db.$transaction(async (tx): Promise<Created> => {
		await lockPeople(tx, [userId]);
		const { knownId, owned, firstPosition } = await factsForCreating(tx, userId, clientKey);
		if (knownId) return presentIdea(tx, actor, knownId);
		if (owned >= LIMITS.ideasPerPerson) throw fieldRefusal('title', 'idea.quota');

		const created = await tx.idea.create({
			data: { ...content, clientKey, ownerId: userId },
			select: ideaSelect
		});
		const membership = await tx.ideaMember.create({
			data: {
				userId,
				ideaId: created.id,
				role: 'owner',
				position: generateKeyBetween(null, firstPosition),
				star: await starWithinLimit(tx, userId, star)
			},
			select: membershipSelect
		});
		await recordAudit(tx, actor, {
			action: 'idea.create',
			targetKind: 'idea',
			targetId: created.id
		});
		const notice = star === membership.star ? {} : { notice: 'star.superFullNew' as const };
		return { ...created, ...membership, ...NO_PROGRESS, ...notice };
	});
	const level = userId === PROBE_ID ? 'debug' : 'info';
	log(level, 'User created idea', { userId, ideaId: idea.id });
	return idea;
}

/**
 * Changes what an idea says. The version check is part of the UPDATE: of two saves with one version
 * only the first happens.
 *
 * @throws NOT_FOUND, CONFLICT when `version` is not the present one, FORBIDDEN when someone who is
 *   not the owner changes the visibility
 */
export async function updateIdea(actor: PersonalActor, input: UpdateIdea): Promise<Updated> {
	const { id, version, visibility } = input;
	return db.$transaction(async (tx) => {
		const before =
			visibility &&
			(await tx.idea.findFirst({
				where: { id, version, ...editableBy(actor) },
				select: { visibility: true }
			}));
		const idea = await changeIdea(tx, actor, { input, action: 'idea.update' });
		if (!before || before.visibility === visibility) return idea;
		const inverse = {
			kind: 'idea.visibility' as const,
			...{ expect: visibility, restore: before.visibility }
		};
		return { ...idea, undoToken: await recordUndo(tx, actor, { ideaId: id, inverse }) };
	});
}

/** The same within a transaction. What it said before is kept. @throws as `updateIdea` */
export async function changeIdea(
	tx: Transaction,
	actor: PersonalActor,
	{ input, action }: { input: UpdateIdea; action: 'idea.update' | 'idea.restoreText' }
): Promise<Idea> {
	const { id, version, ...fields } = input;
	const may = fields.visibility === undefined ? editableBy(actor) : ownedBy(actor);
	const { visibility: _notText, ...texts } = fields;
	const always = action !== 'idea.update';
	await keepIdeaText(tx, actor, { id, version, fields: texts, always });
	const { count } = await tx.idea.updateMany({
		where: { id, version, ...may },
		data: { ...fields, version: { increment: 1 }, updatedAt: new Date() }
	});
	if (count === 0) throw await whyNotUpdated(tx, actor, input);
	const idea = await presentIdea(tx, actor, id);
	await recordAudit(tx, actor, {
		action,
		targetKind: 'idea',
		targetId: id,
		changed: Object.keys(fields)
	});
	return idea;
}

async function whyNotUpdated(tx: Transaction, actor: PersonalActor, { id, version }: UpdateIdea) {
	const idea = await tx.idea.findFirst({
		where: { id, ...readableBy(actor) },
		select: { version: true, members: { where: { userId: actor.userId }, select: { role: true } } }
	});
	if (!idea) return refusal('NOT_FOUND', 'idea.notFound');
	if (idea.version !== version)
		return refusal('CONFLICT', 'idea.conflict', { version: idea.version });
	return refusal('FORBIDDEN', 'idea.ownerOnly');
}

/** What creating depends on, in one statement. The caller holds the person's lock. */
async function factsForCreating(tx: Transaction, userId: string, clientKey: string) {
	const [facts] = await tx.$queryRaw<
		{ knownId: string | null; owned: number; firstPosition: string | null }[]
	>`
		SELECT
			(SELECT id FROM ideas WHERE owner_id = ${userId}::uuid AND client_key = ${clientKey}::uuid)
				AS "knownId",
			(SELECT count(*)::int FROM ideas WHERE owner_id = ${userId}::uuid) AS owned,
			(SELECT min(position) FROM idea_members WHERE user_id = ${userId}::uuid) AS "firstPosition"`;
	if (!facts) throw new Error('A SELECT without FROM gave no row.');
	return facts;
}

/** An idea that the person has for certain, in the Trash or not. */
async function presentIdea(tx: Transaction, actor: PersonalActor, id: string): Promise<Idea> {
	const idea = await readIdea(tx, actor, { id, evenTrashed: true });
	if (!idea) throw new Error('An idea has gone within a transaction.');
	return idea;
}
