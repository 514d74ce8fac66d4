import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { stringify } from 'devalue';
import { v7 as uuid } from 'uuid';
import {
	httpWork,
	measure,
	type LoadOptions,
	type LoadRequest,
	type Measured
} from '../tests/bench/load.ts';
import { report, type Row } from '../tests/bench/report.ts';
import { startApp } from '../tests/support/app-server.ts';
import { CURRENT_DOCUMENTS } from '../tests/support/legal.ts';
import { withConnection } from './local/postgres-connection.ts';
import { runScript } from './local/script.ts';

const IDEAS = 50;
const PEOPLE = 200;
const STRANGERS = 2_000;
const IDEAS_PER_STRANGER = 100;
const LOAD: LoadOptions = { clients: 8, warmUpMs: 1_500, durationMs: 5_000 };

/** Someone who is signed in. */
interface Person {
	userId: string;
	cookie: string;
}

/** Makes people with fifty ideas each, signed in: enough of them that nobody meets a rate limit. */
async function seedPeople(databaseUrl: string): Promise<Person[]> {
	const people = Array.from({ length: PEOPLE }, () => ({
		userId: uuid(),
		cookie: randomBytes(32).toString('base64url')
	}));
	await withConnection(databaseUrl, async (client) => {
		const ids = people.map(({ userId }) => userId);
		const hashes = people.map(({ cookie }) => createHash('sha256').update(cookie).digest('hex'));
		await client.query(
			`INSERT INTO users (id, email) SELECT id, id || '@b.test' FROM unnest($1::uuid[]) AS id`,
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
		await seedIdeas(client, {
			people: 'SELECT unnest($1::uuid[]) AS id',
			count: IDEAS,
			values: [ids]
		});
	});
	return people;
}

/** Gives each person of `people` (a query for ids) `count` ideas. */
async function seedIdeas(
	client: { query: (sql: string, values: unknown[]) => Promise<unknown> },
	{ people, count, values = [] }: { people: string; count: number; values?: unknown[] }
): Promise<void> {
	await client.query(
		`WITH made AS (
			INSERT INTO ideas (id, owner_id, client_key, title, notes)
			SELECT gen_random_uuid(), person.id, gen_random_uuid(), 'Idea number ' || n,
				'The first line of the plan.' || repeat(E'\nAnd another one.', 20)
			FROM (${people}) AS person, generate_series(1, ${count}) AS n
			RETURNING id, owner_id
		)
		INSERT INTO idea_members (idea_id, user_id, role, position)
		SELECT id, owner_id, 'owner', 'a' || lpad((row_number() OVER ())::text, 8, '0') || '1' FROM made`,
		values
	);
}

async function seedStrangers(databaseUrl: string): Promise<void> {
	await withConnection(databaseUrl, async (client) => {
		await client.query(
			`INSERT INTO users (id, email)
			 SELECT gen_random_uuid(), 'stranger' || n || '@b.test' FROM generate_series(1, $1::int) AS n`,
			[STRANGERS]
		);
		await seedIdeas(client, {
			people: `SELECT id FROM users WHERE email LIKE 'stranger%'`,
			count: IDEAS_PER_STRANGER
		});
		await client.query('ANALYZE');
	});
}

/** The query behind the board, straight through Prisma in this process: the floor under the pages. */
async function barePrisma(userId: string, databaseUrl: string): Promise<() => Promise<boolean>> {
	process.env.DATABASE_URL = databaseUrl;
	const { db } = await import('../src/lib/server/db.ts');
	return async () => {
		const rows = await db.ideaMember.findMany({
			where: { userId, idea: { deletedAt: null } },
			orderBy: [{ star: 'desc' }, { position: 'asc' }, { ideaId: 'asc' }],
			take: IDEAS,
			select: {
				star: true,
				position: true,
				idea: { select: { id: true, title: true, notes: true } }
			}
		});
		return rows.length === IDEAS;
	};
}

const query = (path: string, input: unknown) =>
	`/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(stringify(input)))}`;

await runScript(async () => {
	process.env.CODA_TIER = 'development';
	const app = await startApp({ env: { LOG_LEVEL: 'error' } });
	try {
		const people = await seedPeople(app.databaseUrl);
		let turn = 0;
		const headers = () => {
			const { cookie } = people[(turn += 1) % people.length] ?? { cookie: '' };
			return { cookie: `coda-session=${cookie}`, 'content-type': 'application/json' };
		};
		const load = (request: LoadRequest) =>
			measure(httpWork(app.origin, { ...request, headers }, LOAD.clients), LOAD);

		const bareRoute = await load({ path: '/healthz' });
		const prisma = await measure(await barePrisma(people[0]?.userId ?? '', app.databaseUrl), LOAD);
		const board = await load({ path: '/ideas' });
		const list = await load({ path: query('ideas.list', {}) });
		await seedStrangers(app.databaseUrl);
		const crowded = await load({ path: '/ideas' });
		const create = await load({
			path: '/api/trpc/ideas.create',
			method: 'POST',
			body: () => JSON.stringify(stringify({ clientKey: randomUUID(), title: 'Measured' }))
		});
		report(rows({ bareRoute, prisma, board, list, crowded, create }), process.argv);
	} finally {
		await app.stop();
	}
});

function rows(measured: Record<string, Measured>): Row[] {
	const { bareRoute, prisma, board, list, crowded, create } = measured as Record<
		'bareRoute' | 'prisma' | 'board' | 'list' | 'crowded' | 'create',
		Measured
	>;
	const peers = (figure: (of: Measured) => number) => ({
		'bare route': figure(bareRoute),
		'bare Prisma query': figure(prisma)
	});
	const perSecond = ({ perSecond }: Measured) => perSecond;
	const p95 = ({ p95 }: Measured) => p95;
	const kinds = [
		['board of 50 ideas', board],
		['ideas.list', list],
		['ideas.create', create]
	] as const;
	const made = kinds.flatMap(([name, of]): Row[] => [
		{
			name: `${name}: requests`,
			value: of.perSecond,
			unit: '/s',
			peers: peers(perSecond),
			...(of === board ? { limit: '≥400 /s', ok: of.perSecond >= 400 } : { ok: of.failures === 0 })
		},
		{
			name: `${name}: p95`,
			value: of.p95,
			unit: 'ms',
			peers: peers(p95),
			ok: of.failures === 0
		}
	]);
	const slowdown = crowded.p50 / board.p50;
	return [
		...made,
		{
			name: `board with ${(STRANGERS * IDEAS_PER_STRANGER).toLocaleString('en')} ideas of others: p50`,
			value: slowdown,
			unit: '× the empty table',
			limit: '≤1.3 ×',
			ok: slowdown <= 1.3
		}
	];
}
