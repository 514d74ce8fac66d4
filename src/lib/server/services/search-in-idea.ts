import type { FindInIdea } from '$lib/schemas/search';
import type { FoundFeature } from '$lib/search';
import { isEmptySearch, parseSearch } from '$lib/search-query';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import { readableBy } from './access';
import type { PersonalActor } from './actor';
import { anyOf, conditionsOf, literally, wordsOf } from './search-conditions';
import { Highlighter } from './search-highlights';

/** As much of a feature as is read to find a hit in it. */
const TEXT_READ_CHARS = 20_000;

/**
 * The features of one idea that a query asks for, whatever their order, and what was understood differently.
 *
 * @throws NOT_FOUND for an idea that one cannot read
 */
export async function findInIdea(
	actor: PersonalActor,
	{ ideaId, q }: FindInIdea
): Promise<{ found: FoundFeature[]; notes: string[] }> {
	const query = parseSearch(q);
	const { notes } = query;
	const words = wordsOf(query);
	const match = [words && Prisma.sql`e.words @@ ${words}`, literally(query)].filter(
		(one) => one !== undefined
	);
	const rows = await db.$queryRaw<{ id: string; title: string; body: string }[]>`
		SELECT f.id, f.title, left(concat_ws(E'\n', f.notes, section_texts(f.sections, 'label'),
			section_texts(f.sections, 'body')), ${TEXT_READ_CHARS}) AS body
		FROM idea_members AS m JOIN features AS f ON f.idea_id = m.idea_id
		JOIN search_entries AS e ON e.id = f.id
		WHERE m.user_id = ${actor.userId}::uuid AND m.idea_id = ${ideaId}::uuid
			AND ${anyOf(conditionsOf(query).feature)}
			AND ${match.length > 0 ? Prisma.join(match, ' AND ') : Prisma.sql`true`}
			AND ${!isEmptySearch(query)}`;
	if (rows.length === 0) {
		const readable = await db.idea.count({ where: { id: ideaId, ...readableBy(actor) } });
		if (readable === 0) throw refusal('NOT_FOUND', 'idea.notFound');
	}
	const marks = new Highlighter(query);
	const found = rows.map(({ id, title, body }) => ({
		id,
		title: marks.mark(title),
		excerpt: marks.excerpt(body)
	}));
	return { found, notes };
}
