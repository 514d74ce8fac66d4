import { randomUUID } from 'node:crypto';
import { interleaved } from './interleaved.ts';
import type { Row } from './report.ts';
import { countStatements } from '../support/statements.ts';

const PEOPLE = 200;
const ROUNDS = 600;

/** Modules of the application, which read the environment when they are loaded. */
const application = async () => {
	const [{ db }, { enforceLimit, checkLimit }, context, audit, outbox, stars] = await Promise.all([
		import('../../src/lib/server/db.ts'),
		import('../../src/lib/server/rate-limit.ts'),
		import('../../src/lib/server/request-context.ts'),
		import('../../src/lib/server/services/audit.ts'),
		import('../../src/lib/server/services/outbox.ts'),
		import('../../src/lib/server/services/star-limit.ts')
	]);
	return { db, enforceLimit, checkLimit, ...context, ...audit, ...outbox, ...stars };
};

type Application = Awaited<ReturnType<typeof application>>;
type Transaction = Parameters<Application['recordAudit']>[0];

const MAIL = {
	to: 'ada@bench.test',
	subject: 'Something was written',
	text: 'A line that says what.',
	html: '<p>A line that says what.</p>',
	template: 'bench'
};

const ORIGIN = { address: '203.0.113.7', userAgent: 'Bench/1.0', place: null };

/** One write with everything that stands around it, one without, and one with each of them alone. */
export async function measureWrites(): Promise<Row[]> {
	const app = await application();
	const people = await makePeople(app);
	let turn = 0;
	const next = () => people[(turn += 1) % people.length] ?? '';
	const write = (userId: string, more: (tx: Transaction, ideaId: string) => Promise<unknown>) =>
		app.db.$transaction(async (tx) => more(tx, await writeIdea(app, tx, userId)));
	/** As in a request, whose origin is encrypted into the entry. */
	const record = (tx: Transaction, userId: string, ideaId: string) =>
		app.withRequestContext(
			{ requestId: 'bench' },
			() =>
				app.recordAudit(
					tx,
					{ kind: 'person', userId, requestId: 'bench' },
					{ action: 'idea.create', targetKind: 'idea', targetId: ideaId }
				),
			ORIGIN
		);

	const { without, limits, audit, outbox, all } = await interleaved(
		{
			without: () => write(next(), async () => undefined),
			limits: async () => {
				const userId = next();
				await app.enforceLimit('write', userId);
				await write(userId, async () => undefined);
			},
			audit: () => {
				const userId = next();
				return write(userId, (tx, ideaId) => record(tx, userId, ideaId));
			},
			outbox: () => write(next(), (tx) => app.enqueueMail(tx, MAIL)),
			all: async () => {
				const userId = next();
				await app.enforceLimit('write', userId);
				await write(userId, async (tx, ideaId) => {
					await record(tx, userId, ideaId);
					await app.enqueueMail(tx, MAIL);
				});
			}
		},
		ROUNDS
	);
	const ratio = all.p95 / without.p95;
	return [
		{
			name: 'a write without: p95',
			value: without.p95,
			unit: 'ms',
			peers: { p50: without.p50 },
			ok: true
		},
		{
			name: 'with limits, audit and outbox: p95',
			value: all.p95,
			unit: 'ms',
			peers: { p50: all.p50 },
			ok: true
		},
		{
			name: 'added to the p95 of a write',
			value: ratio,
			unit: '× without',
			limit: '≤1.25 ×',
			peers: {
				'limits alone': limits.p95 / without.p95,
				'audit alone': audit.p95 / without.p95,
				'outbox alone': outbox.p95 / without.p95,
				'limits, p50': limits.p50 / without.p50,
				'audit, p50': audit.p50 / without.p50,
				'outbox, p50': outbox.p50 / without.p50,
				'all, p50': all.p50 / without.p50
			},
			ok: ratio <= 1.25
		}
	];
}

/** What one check of a limit costs, in statements. */
export async function measureLimiter(): Promise<Row[]> {
	const app = await application();
	const statements = await countStatements(() => app.checkLimit('write', randomUUID()));
	return [
		{
			name: 'a check of a limit',
			value: statements,
			unit: 'statements',
			limit: '≤1',
			ok: statements <= 1
		}
	];
}

async function makePeople({ db }: Application): Promise<string[]> {
	const people = await db.user.createManyAndReturn({
		data: Array.from({ length: PEOPLE }, () => ({ email: `${randomUUID()}@bench.test` })),
		select: { id: true }
	});
	return people.map(({ id }) => id);
}

/** The statements of a new idea, as the service sends them. */
async function writeIdea(app: Application, tx: Transaction, userId: string): Promise<string> {
	await app.lockPeople(tx, [userId]);
	await tx.$queryRaw`
		SELECT (SELECT count(*)::int FROM ideas WHERE owner_id = ${userId}::uuid) AS owned,
			(SELECT min(position) FROM idea_members WHERE user_id = ${userId}::uuid) AS first`;
	const { id } = await tx.idea.create({
		data: { title: 'Measured', notes: '', ownerId: userId, clientKey: randomUUID() },
		select: { id: true }
	});
	await tx.ideaMember.create({
		data: { userId, ideaId: id, role: 'owner', position: `a${id.replaceAll('-', '')}1` },
		select: { ideaId: true }
	});
	return id;
}
