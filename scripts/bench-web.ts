import { randomUUID } from 'node:crypto';
import { stringify } from 'devalue';
import {
	httpWork,
	measure,
	type LoadOptions,
	type LoadRequest,
	type Measured
} from '../tests/bench/load.ts';
import { seedIdeas, seedPeople, type BenchPerson } from '../tests/bench/people.ts';
import type { Row } from '../tests/bench/report.ts';
import { runAppBench } from './local/app-bench.ts';
import { withConnection } from './local/postgres-connection.ts';

const IDEAS = 50;
const PEOPLE = 200;
const STRANGERS = 2_000;
const IDEAS_PER_STRANGER = 100;
const LOAD: LoadOptions = { clients: 8, warmUpMs: 1_500, durationMs: 5_000 };

/** Makes people with fifty ideas each, signed in: enough of them that nobody meets a rate limit. */
const makePeople = (databaseUrl: string): Promise<BenchPerson[]> =>
	withConnection(databaseUrl, async (client) => {
		const people = await seedPeople(client, PEOPLE);
		await seedIdeas(client, idsOf(people), IDEAS);
		return people;
	});

/** Fills the tables with what is other people's. */
const makeStrangers = (databaseUrl: string): Promise<void> =>
	withConnection(databaseUrl, async (client) => {
		await seedIdeas(client, idsOf(await seedPeople(client, STRANGERS)), IDEAS_PER_STRANGER);
		await client.query('ANALYZE');
	});

const idsOf = (people: BenchPerson[]) => people.map(({ userId }) => userId);

/** The query behind the board, straight through Prisma in this process: the floor under the pages. */
async function barePrisma(userId: string): Promise<() => Promise<boolean>> {
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

await runAppBench(async (app) => {
	const people = await makePeople(app.databaseUrl);
	let turn = 0;
	const headers = () => {
		const { cookie } = people[(turn += 1) % people.length] ?? { cookie: '' };
		return { cookie: `coda-session=${cookie}`, 'content-type': 'application/json' };
	};
	const load = (request: LoadRequest) =>
		measure(httpWork(app.origin, { ...request, headers }, LOAD.clients), LOAD);

	const bareRoute = await load({ path: '/healthz' });
	const prisma = await measure(await barePrisma(people[0]?.userId ?? ''), LOAD);
	const board = await load({ path: '/ideas' });
	const list = await load({ path: query('ideas.list', {}) });
	await makeStrangers(app.databaseUrl);
	const crowded = await load({ path: '/ideas' });
	const create = await load({
		path: '/api/trpc/ideas.create',
		method: 'POST',
		body: () => JSON.stringify(stringify({ clientKey: randomUUID(), title: 'Measured' }))
	});
	return rows({ bareRoute, prisma, board, list, crowded, create });
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
