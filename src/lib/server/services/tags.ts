import { LIMITS } from '$lib/limits';
import { type RenameTag, type SetTags, type TagIdeas, type TagName } from '$lib/schemas/tags';
import { inTagOrder } from '$lib/tags';
import { db, type Transaction } from '../db';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit, type AuditEvent } from './audit';
import { lockPeople } from './star-limit';
import { recordUndo } from './undo-actions';
import type { InverseOf } from './undo-inverses';

/** The tags that ideas have now, and how to go back. */
export interface Tagged {
	ideas: { id: string; tags: string[] }[];
	/** Absent when nothing changed. */
	undoToken?: string;
}

/** What changes tags. */
export type TagKind = 'idea.tag' | 'tag.rename' | 'tag.delete';

type TagChange = InverseOf<TagKind>['ideas'][number];

/** Tags of one person, each with the live ideas on the board that have it. Those in use most come first. */
export async function listTags(actor: PersonalActor): Promise<{ name: string; count: number }[]> {
	return db.$queryRaw<{ name: string; count: number }[]>`
		SELECT tag AS name, count(*) FILTER (WHERE m.archived_at IS NULL)::int AS count
		FROM idea_members AS m
		JOIN ideas AS i ON i.id = m.idea_id AND i.deleted_at IS NULL
		CROSS JOIN unnest(m.tags) AS tag
		WHERE m.user_id = ${actor.userId}::uuid
		GROUP BY tag
		ORDER BY count DESC, tag
		LIMIT ${LIMITS.tagsListed}`;
}

/** Gives an idea exactly these tags, on the person's own board. @throws NOT_FOUND */
export async function setTags(
	actor: PersonalActor,
	{ id, tags }: SetTags
): Promise<{ id: string; tags: string[]; undoToken?: string }> {
	return db.$transaction(async (tx) => {
		const tagged = await changeTags(tx, actor, { kind: 'idea.tag', ids: [id], next: () => tags });
		return { id, tags: tagged.ideas[0]?.tags ?? [], undoToken: tagged.undoToken };
	});
}

/**
 * Adds tags to several ideas and takes others away.
 *
 * @throws NOT_FOUND when one of the ideas is not the person's, BAD_REQUEST when one would have too many tags
 */
export async function tagIdeas(
	actor: PersonalActor,
	{ ids, add, remove }: TagIdeas
): Promise<Tagged> {
	return db.$transaction((tx) =>
		changeTags(tx, actor, {
			kind: 'idea.tag',
			ids,
			next: (tags) => [...tags.filter((tag) => !remove.includes(tag)), ...add]
		})
	);
}

/** Gives a tag another name, on every idea that has it. @throws NOT_FOUND when none has */
export async function renameTag(actor: PersonalActor, { from, to }: RenameTag): Promise<Tagged> {
	return db.$transaction((tx) =>
		changeTags(tx, actor, {
			kind: 'tag.rename',
			tag: from,
			next: (tags) => tags.map((tag) => (tag === from ? to : tag))
		})
	);
}

/** Takes a tag from every idea that has it. @throws NOT_FOUND when none has */
export async function deleteTag(actor: PersonalActor, { name }: TagName): Promise<Tagged> {
	return db.$transaction((tx) =>
		changeTags(tx, actor, {
			kind: 'tag.delete',
			tag: name,
			next: (tags) => tags.filter((tag) => tag !== name)
		})
	);
}

/** Either named ideas, all of which must be there, or whichever have a tag, in the Trash or not. */
type Retagging = { kind: TagKind; next: (tags: string[]) => string[] } & (
	{ ids: string[]; tag?: undefined } | { tag: string; ids?: undefined }
);

async function changeTags(
	tx: Transaction,
	actor: PersonalActor,
	{ kind, ids, tag, next }: Retagging
): Promise<Tagged> {
	await lockPeople(tx, [actor.userId]);
	const members = await tx.ideaMember.findMany({
		where: {
			userId: actor.userId,
			...(tag === undefined
				? { ideaId: { in: ids }, idea: { deletedAt: null } }
				: { tags: { has: tag } })
		},
		select: { ideaId: true, tags: true }
	});
	if (ids && members.length < ids.length) throw refusal('NOT_FOUND', 'idea.notFound');
	if (members.length === 0) throw refusal('NOT_FOUND', 'tag.notFound');

	const all = members.map(({ ideaId: id, tags }) => ({
		id,
		restore: tags,
		expect: inTagOrder(next(tags))
	}));
	const full = all.filter(({ expect }) => expect.length > LIMITS.tagsPerIdea).length;
	if (full > 0) throw refusal('BAD_REQUEST', 'tag.full', { ideas: full });
	const ideas = all.map(({ id, expect }) => ({ id, tags: expect }));
	const changes = all.filter(({ restore, expect }) => restore.join() !== expect.join());
	if (changes.length === 0) return { ideas };

	await writeTags(tx, actor, changes);
	const about = (targetKind: string, targetId: string | null): AuditEvent => ({
		action: kind,
		targetKind,
		targetId,
		changed: ['tags']
	});
	const events =
		tag === undefined ? changes.map(({ id }) => about('idea', id)) : [about('tag', null)];
	await recordAudit(tx, actor, ...events);
	const [only, ...others] = changes;
	const undoToken = await recordUndo(tx, actor, {
		...(only && others.length === 0 && { ideaId: only.id }),
		inverse: { kind, ideas: changes }
	});
	return { ideas, undoToken };
}

/** Writes the tags where they are still what they were. @returns how many that was */
async function writeTags(
	tx: Transaction,
	actor: PersonalActor,
	changes: TagChange[]
): Promise<number> {
	return tx.$executeRaw`
		UPDATE idea_members AS m SET tags = change.expect
		FROM jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
			AS change(id uuid, expect text[], restore text[])
		WHERE m.user_id = ${actor.userId}::uuid AND m.idea_id = change.id AND m.tags = change.restore`;
}

/** Puts tags back, if each idea still has those that it was given. @returns the ideas; nothing when one has not */
export async function restoreTags(
	tx: Transaction,
	actor: PersonalActor,
	{ ideas }: InverseOf<TagKind>
): Promise<string[] | undefined> {
	await lockPeople(tx, [actor.userId]);
	const back = ideas.map(({ id, expect, restore }) => ({ id, expect: restore, restore: expect }));
	const written = await writeTags(tx, actor, back);
	return written === ideas.length ? ideas.map(({ id }) => id) : undefined;
}
