import { withConnection } from '../../scripts/local/postgres-connection.ts';
import { AuditFilter } from '../../src/lib/schemas/audit.ts';
import { countStatements } from '../support/statements.ts';
import type { Row } from './report.ts';

const ENTRIES = 100_000;
const PEOPLE = 200;
const PAGES = 200;

const ADMIN = { kind: 'person', userId: '', requestId: 'bench' } as const;
const EVERYTHING = AuditFilter.parse({});

/** Adds entries as people make them, over the last 300 days, with as much text encrypted as a browser's name. */
async function seedEntries(databaseUrl: string): Promise<string[]> {
	return withConnection(databaseUrl, async (client) => {
		const people = await client.query<{ id: string }>(
			`INSERT INTO users (id, email)
			 SELECT gen_random_uuid(), 'audited' || n || '@b.test' FROM generate_series(1, $1::int) AS n
			 RETURNING id`,
			[PEOPLE]
		);
		const ids = people.rows.map(({ id }) => id);
		await client.query(
			`INSERT INTO audit_entries (id, at, actor_kind, actor_id, person_id, action, target_kind,
				target_id, changed, details, personal, key_of, request_id)
			 SELECT gen_random_uuid(), now() - interval '300 days' + make_interval(secs => n * 250),
				'person', person::text, person,
				(ARRAY['idea.create', 'idea.update', 'idea.star', 'session.create'])[1 + n % 4], 'idea',
				gen_random_uuid()::text, ARRAY['title', 'notes'], jsonb_build_object('by', 'link', 'n', n),
				repeat(md5(n::text), 9), person, gen_random_uuid()::text
			 FROM generate_series(1, $1::int) AS n,
				LATERAL (SELECT ($2::uuid[])[1 + n % cardinality($2::uuid[])] AS person) AS who`,
			[ENTRIES, ids]
		);
		await client.query('ANALYZE audit_entries');
		return ids;
	});
}

/** Seals, reads and verifies a hundred thousand entries in the database of DATABASE_URL. */
export async function benchAudit(databaseUrl: string): Promise<Row[]> {
	process.env.DATABASE_URL = databaseUrl;
	const { db } = await import('../../src/lib/server/db.ts');
	const { chainState, listAudit } = await import('../../src/lib/server/services/audit-log.ts');
	const { sealAudit } = await import('../../src/lib/server/services/audit-seal.ts');
	const { listOwnTrail } = await import('../../src/lib/server/services/audit-trail.ts');
	const { SNAPSHOT, verifyAudit } = await import('../../src/lib/server/services/audit-verify.ts');
	const [someone = ''] = await seedEntries(databaseUrl);
	const page = () => Promise.all([listAudit(ADMIN, EVERYTHING), chainState(ADMIN)]);
	const own = () => listOwnTrail({ ...ADMIN, userId: someone }, {});
	const found = () => listAudit(ADMIN, { ...EVERYTHING, action: 'session.', actor: someone });

	const [sealMs, { sealed }] = await timed(() => sealAudit());
	// Autovacuum would have come by; sealing all of it at once is what never happens in production.
	await withConnection(databaseUrl, (client) => client.query('VACUUM ANALYZE audit_entries'));
	const [verifyMs, verdict] = await timed(() => db.$transaction((tx) => verifyAudit(tx), SNAPSHOT));
	const statements = await countStatements(page);
	const pages = { page: await p95(page), own: await p95(own), found: await p95(found) };
	const whole = sealed >= ENTRIES && verdict.entries === sealed && !verdict.fault;
	return [
		{ name: '100,000 audit entries: seal', value: sealMs / 1_000, unit: 's', ok: whole },
		{
			name: '100,000 audit entries: verify',
			value: verifyMs / 1_000,
			unit: 's',
			limit: '≤10 s',
			ok: whole && verifyMs <= 10_000
		},
		{
			name: '100,000 audit entries: page of /admin/audit',
			value: statements,
			unit: 'statements',
			limit: '≤10',
			ok: statements <= 10
		},
		{ name: 'page of /admin/audit: p95', value: pages.page, unit: 'ms', ok: true },
		{ name: 'the same, by action and actor: p95', value: pages.found, unit: 'ms', ok: true },
		{ name: 'page of /account/activity: p95', value: pages.own, unit: 'ms', ok: true }
	];
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
	const startedAt = performance.now();
	const result = await work();
	return [performance.now() - startedAt, result];
}

async function p95(work: () => Promise<unknown>): Promise<number> {
	const times: number[] = [];
	for (let n = 0; n < PAGES; n += 1) times.push((await timed(work))[0]);
	return times.toSorted((a, b) => a - b)[Math.floor(PAGES * 0.95)] ?? 0;
}
