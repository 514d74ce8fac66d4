import pg from 'pg';
import { SORTS } from '../../src/lib/schemas/ideas.ts';
import { countStatements } from '../support/statements.ts';
import { interleaved } from './interleaved.ts';
import { seedIdeas, seedPeople } from './people.ts';
import type { Row } from './report.ts';

const FEW = 50;
const MANY = 10_000;
const STRANGERS = 200;
const IDEAS_PER_STRANGER = 1_000;
const ROUNDS = 150;

/** What the size of one's own board, and everybody else's, does to a page of the list. */
export async function benchBoardLists(url: string): Promise<Row[]> {
	const client = new pg.Client(url);
	await client.connect();
	try {
		const [small, large] = await seedPeople(client, 2);
		if (!small || !large) throw new Error('There is nobody to measure.');
		await seedIdeas(client, [small.userId], FEW);
		await seedIdeas(client, [large.userId], MANY);
		await client.query('VACUUM ANALYZE');
		const { alone } = await interleaved({ alone: () => list(small.userId, 'manual') }, ROUNDS);
		const strangers = await seedPeople(client, STRANGERS);
		await seedIdeas(
			client,
			strangers.map(({ userId }) => userId),
			IDEAS_PER_STRANGER
		);
		await client.query('VACUUM ANALYZE');
		const { crowded } = await interleaved({ crowded: () => list(small.userId, 'manual') }, ROUNDS);
		return [
			// In a table like that of a service that is used: the planner reads one that is nearly empty otherwise.
			...(await compareSizes(small.userId, large.userId)),
			{
				name: `list beside ${(STRANGERS * IDEAS_PER_STRANGER).toLocaleString('en')} ideas of others`,
				value: crowded.p50 / alone.p50,
				unit: '× the empty table',
				limit: '≤1.3 ×',
				peers: { 'p50 ms': crowded.p50, 'alone ms': alone.p50 },
				ok: crowded.p50 / alone.p50 <= 1.3
			}
		];
	} finally {
		await client.end();
	}
}

async function compareSizes(small: string, large: string): Promise<Row[]> {
	const rows: Row[] = [];
	for (const sort of SORTS) {
		const { few, many } = await interleaved(
			{ few: () => list(small, sort), many: () => list(large, sort) },
			ROUNDS
		);
		const ratio = many.p50 / few.p50;
		rows.push({
			name: `list of ${MANY.toLocaleString('en')} by ${sort}`,
			value: ratio,
			unit: `× the one of ${FEW}`,
			limit: '≤1.5 ×',
			peers: { 'p50 ms': many.p50, [`of ${FEW} ms`]: few.p50 },
			ok: ratio <= 1.5
		});
	}
	const statements = await countStatements(() => list(large, 'manual'));
	rows.push({
		name: 'SQL statements of a page',
		value: statements,
		unit: '',
		limit: '≤3',
		ok: statements <= 3
	});
	return rows;
}

/** One page, as a call of the API makes it. */
async function list(userId: string, sort: (typeof SORTS)[number]): Promise<void> {
	const { listIdeas } = await import('../../src/lib/server/services/board.ts');
	const { ListIdeas } = await import('../../src/lib/schemas/ideas.ts');
	const page = await listIdeas(
		{ kind: 'person', userId, requestId: 'bench' },
		ListIdeas.parse({ sort })
	);
	if (page.ideas.length !== FEW) throw new Error(`The page has ${page.ideas.length} ideas.`);
}
