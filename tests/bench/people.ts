import { createHash, randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { CURRENT_DOCUMENTS } from '../support/legal.ts';

/** Someone who is signed in, for a benchmark. */
export interface BenchPerson {
	userId: string;
	/** The value of their session's cookie. */
	cookie: string;
}

/** Makes people who are signed in and have agreed to everything. */
export async function seedPeople(client: Client, count: number): Promise<BenchPerson[]> {
	const people = Array.from({ length: count }, () => ({
		userId: uuid(),
		cookie: randomBytes(32).toString('base64url')
	}));
	const ids = people.map(({ userId }) => userId);
	const hashes = people.map(({ cookie }) => createHash('sha256').update(cookie).digest('hex'));
	await client.query(
		`INSERT INTO users (id, email, time_zone) SELECT id, id || '@b.test', 'UTC' FROM unnest($1::uuid[]) AS id`,
		[ids]
	);
	await client.query(
		`INSERT INTO consents (id, user_id, document, version)
		 SELECT gen_random_uuid(), person, document, version
		 FROM unnest($1::uuid[]) AS person, json_to_recordset($2) AS d (document text, version text)`,
		[ids, JSON.stringify(CURRENT_DOCUMENTS)]
	);
	await client.query(
		`INSERT INTO sessions (id, token_hash, user_id, expires_at)
		 SELECT gen_random_uuid(), hash, id, now() + interval '30 days'
		 FROM unnest($1::uuid[], $2::text[]) AS made (id, hash)`,
		[ids, hashes]
	);
	return people;
}

/** Gives each of these people ideas: an eighth starred, written one minute after the other. */
export async function seedIdeas(client: Client, userIds: string[], count: number): Promise<void> {
	await client.query(
		`WITH made AS (
			INSERT INTO ideas (id, owner_id, client_key, title, notes, created_at, updated_at)
			SELECT gen_random_uuid(), person, gen_random_uuid(), 'Idea number ' || n,
				'The first line of the plan.' || repeat(E'\\nAnd another one.', 20),
				now() - n * interval '1 minute', now() - n * interval '1 minute'
			FROM unnest($1::uuid[]) AS person, generate_series(1, $2::int) AS n
			RETURNING id, owner_id
		)
		INSERT INTO idea_members (idea_id, user_id, role, position, star)
		SELECT id, owner_id, 'owner', 'a' || lpad((row_number() OVER ())::text, 8, '0') || '1',
			CASE WHEN (row_number() OVER ()) % 8 = 0 THEN 'star' ELSE 'none' END::star
		FROM made`,
		[userIds, count]
	);
}
