import { isEmptySearch, type SearchQuery } from '$lib/search-query';
import { Prisma } from '../prisma/client';
import type { PersonalActor } from './actor';
import { anyOf, conditionsOf, literally, wordsOf } from './search-conditions';

/** How a list of memberships `m` is narrowed to the ideas that a query asks for. */
interface Narrowing {
	/** What says the words, as a common table at the beginning of the statement. */
	said: Prisma.Sql;
	condition: Prisma.Sql;
}

/**
 * Narrows a list of ideas to those that say what a query asks for. What the person owns is found by the index of
 * their words; what is shared with them is looked at one by one, for there is less of it.
 */
export function narrowed(actor: PersonalActor, query: SearchQuery): Narrowing {
	const nothing = { said: Prisma.empty, condition: Prisma.sql`true` };
	if (isEmptySearch(query)) return nothing;
	const passes = anyOf(conditionsOf(query).idea);
	const words = wordsOf(query);
	const match = [words && Prisma.sql`e.words @@ ${words}`, literally(query)].filter(
		(one) => one !== undefined
	);
	if (match.length === 0) return { ...nothing, condition: passes };
	const says = Prisma.sql`e.feature_id IS NULL AND ${Prisma.join(match, ' AND ')}`;
	return {
		said: Prisma.sql`
			WITH said AS MATERIALIZED (
				SELECT e.id FROM search_entries AS e
				WHERE e.owner_id = ${actor.userId}::uuid AND ${says}
				UNION ALL
				SELECT e.id FROM idea_members AS m JOIN search_entries AS e ON e.id = m.idea_id
				WHERE m.user_id = ${actor.userId}::uuid AND m.role <> 'owner' AND ${says}
			)`,
		condition: Prisma.sql`${passes} AND m.idea_id IN (SELECT id FROM said)`
	};
}
