import type pg from 'pg';
import { idFrom, noise, seedId } from './ids.ts';

/** Whoever may see the pages of operators. */
export const operatorEmail = 'operator@example.com';

/** The operator and a second one. */
export const OPERATORS = [seedId(1), seedId(2)] as const;

const PEOPLE = 180;

/** Two operators, and people of whom some are disabled or leave; where they are signed in; their computers. */
export async function fillPeople(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO users (id, email, name, role, email_verified_at, time_zone) VALUES
			($1::uuid, '${operatorEmail}', 'Olga Operator', 'admin', now(), 'Europe/Berlin'),
			($2::uuid, 'second.pair.of.eyes.on.call@operations.a-rather-long-domain.example', 'Noor', 'admin', now(), 'Asia/Tokyo')
		 ON CONFLICT DO NOTHING`,
		[...OPERATORS]
	);
	await client.query(
		`INSERT INTO users (id, email, name, email_verified_at, created_at, disabled_at, delete_after)
		 SELECT ${idFrom("'person' || n")},
			CASE WHEN n % 40 = 7 THEN 'an-address-that-is-much-longer-than-most-' || n || '@mail.subdomain.of-a-company.example'
				ELSE 'person' || n || '@example.com' END,
			CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN 'Maximiliane von Hohenfels-Wittgenstein' WHEN 2 THEN 'Łukasz'
				WHEN 3 THEN '渡辺 さくら' ELSE 'Jo' END,
			now() - make_interval(hours => n * 6), now() - make_interval(hours => n * 6),
			CASE WHEN n % 37 = 5 THEN now() - interval '3 days' END,
			CASE WHEN n % 41 = 6 THEN now() + interval '4 days' END
		 FROM generate_series(1, ${PEOPLE}) AS n ON CONFLICT DO NOTHING`
	);
	await client.query(
		`INSERT INTO sessions (id, token_hash, user_id, created_at, expires_at, last_seen_at, address, user_agent, place)
		 SELECT ${idFrom("'session' || n")}, md5('session' || n), u.id, now() - make_interval(days => 1 + n % 20),
			now() + interval '20 days', now() - make_interval(mins => n * n / 6), '203.0.113.' || n % 250,
			'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Berlin, DE'
		 FROM generate_series(1, ${PEOPLE}) AS n JOIN users AS u ON u.id = ${idFrom("'person' || n")}`
	);
	await client.query(
		`INSERT INTO runners (id, user_id, name, hostname, platform, version, public_key, credential_hash, last_seen_at)
		 SELECT ${idFrom("'runner' || n")}, u.id, 'workshop-' || n, 'workshop-' || n || '.local',
			(ARRAY['linux-x64', 'darwin-arm64', 'win32-x64'])[1 + n % 3], '0.6.0', 'none', md5('runner' || n),
			now() - make_interval(hours => n * 5)
		 FROM generate_series(1, 24) AS n JOIN users AS u ON u.id = ${idFrom("'person' || n")}`
	);
	await client.query(
		`INSERT INTO problem_reports (id, user_id, text, page, request_id, release, created_at)
		 SELECT ${idFrom("'problem' || n")}, u.id, (ARRAY[
				'Saving says "Couldn''t save" and then it is saved after all.',
				'When I open the idea about the weather station, the outline is empty for a few seconds.\n\nThen it comes, but what I had folded is unfolded again. This is since this morning; yesterday it was fine. I use Firefox on a small laptop, and the window is half the screen.\n\nI tried another browser, too.',
				'https://coda.example/ideas/' || repeat('0123456789abcdef', 14) || ' does not open',
				'Die Suche findet „Großeltern“ nicht, wohl aber „Grosseltern“.'])[1 + n % 4],
			(ARRAY['/ideas', '/search', '/ideas/01933f60-0b1c-7d22-9a10-6c7e5d4f3b2a', '/account/preferences'])[1 + n % 4],
			'request-' || n, '5eed0b5e0', now() - make_interval(hours => n * n / 3) - interval '10 minutes' * ${noise('n')}
		 FROM generate_series(1, 40) AS n JOIN users AS u ON u.id = ${idFrom("'person' || n * 3")}`
	);
}
