import type { Client } from 'pg';

const IDEAS = 10_000;
const FEATURES_EACH = 10;

/** What the words of a workspace are, so that a search can be common, rare, or nearly right. */
const NOTES = `'Some common words of the plan' ||
	CASE WHEN n % 997 = 0 THEN ', and a zanzibar among them.' ELSE '.' END || repeat(' And another line.', 5)`;
const TITLE = `CASE WHEN n % 200 = 0 THEN 'A gyroscope, number ' ELSE 'A plan, number ' END || n`;

/** An id as the application makes them: those made later are larger. */
const ID = `(lpad(to_hex(1760000000000 + n), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
	|| '8' || substr(md5(random()::text), 1, 15))::uuid`;

/**
 * Gives a person 10,000 ideas with 100,000 features: every eighth starred, one of a thousand done, a hundred ideas
 * put aside, as many thrown away, with a tag, and with a link.
 */
export async function seedPlenty(client: Client, userId: string): Promise<void> {
	await client.query(
		`WITH made AS (
			INSERT INTO ideas (id, owner_id, client_key, title, notes, link_url, deleted_at, undo_expires_at)
			SELECT ${ID}, $1::uuid, gen_random_uuid(), ${TITLE}, ${NOTES},
				CASE WHEN n % 100 = 1 THEN 'https://example.com/' || n END,
				CASE WHEN n % 100 = 2 THEN now() END, CASE WHEN n % 100 = 2 THEN now() + interval '7 days' END
			FROM generate_series(1, ${IDEAS}) AS n
			RETURNING id
		)
		INSERT INTO idea_members (idea_id, user_id, role, position, star, tags, archived_at)
		SELECT id, $1::uuid, 'owner', 'a' || lpad(n::text, 8, '0') || '1',
			(CASE WHEN n <= 3 THEN 'super' WHEN n % 8 = 0 THEN 'star' ELSE 'none' END)::star,
			CASE WHEN n % 100 = 3 THEN ARRAY['home'] ELSE '{}' END, CASE WHEN n % 100 = 4 THEN now() END
		FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM made) AS numbered`,
		[userId]
	);
	await client.query(
		`INSERT INTO features (id, idea_id, client_key, title, notes, sections, position, star, completed_at)
		SELECT ${ID}, idea, gen_random_uuid(), ${TITLE}, ${NOTES},
			jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'label', 'How', 'body', 'With care.')),
			'a' || lpad(n::text, 8, '0') || '1',
			(CASE WHEN n % 5000 = 0 THEN 'super' WHEN n % 8 = 0 THEN 'star' ELSE 'none' END)::star,
			CASE WHEN n % 1000 = 7 THEN now() END
		FROM (
			SELECT id AS idea, ${IDEAS} + row_number() OVER (ORDER BY part, id) AS n
			FROM ideas CROSS JOIN generate_series(1, ${FEATURES_EACH}) AS part WHERE owner_id = $1::uuid
		) AS placed`,
		[userId]
	);
}

/** Gives each of these people's ideas a feature; one of ten is starred, and one done. */
export async function seedFeatures(client: Client, userIds: string[]): Promise<void> {
	await client.query(
		`INSERT INTO features (id, idea_id, client_key, title, notes, position, star, completed_at)
		SELECT gen_random_uuid(), id, gen_random_uuid(), ${TITLE}, ${NOTES}, 'a1',
			(CASE WHEN n % 10 = 0 THEN 'star' ELSE 'none' END)::star, CASE WHEN n % 10 = 5 THEN now() END
		FROM (
			SELECT id, row_number() OVER () AS n FROM ideas WHERE owner_id = ANY($1::uuid[])
		) AS numbered`,
		[userIds]
	);
}
