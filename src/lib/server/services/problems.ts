import { LIMITS } from '$lib/limits';
import type { ListProblems, ReportProblem } from '$lib/schemas/problems';
import { db } from '../db';
import { env } from '../env';
import type { Prisma } from '../prisma/client';
import { RETENTION } from '../retention';
import type { Actor } from './actor';
import { recordAudit } from './audit';
import { inBatches, type Purged, type Work } from './batches';
import { decodeCursor, encodeCursor, ProblemCursor } from './cursor';

const problemSelect = {
	id: true,
	text: true,
	page: true,
	requestId: true,
	release: true,
	createdAt: true,
	user: { select: { id: true, email: true } },
	incident: { select: { id: true, number: true } }
} satisfies Prisma.ProblemReportSelect;

/** Takes what someone says does not work, signed in or not. @returns the number of the report */
export async function reportProblem(actor: Actor, input: ReportProblem): Promise<{ id: string }> {
	const userId = actor.kind === 'system' ? null : actor.userId;
	return db.$transaction(async (tx) => {
		const { id } = await tx.problemReport.create({
			data: { ...input, userId, release: env().release },
			select: { id: true }
		});
		await recordAudit(tx, actor, {
			action: 'problem.report',
			targetKind: 'problem',
			targetId: id
		});
		return { id };
	});
}

/** One page of what was reported, the latest first. For operators. */
export async function listProblems(_actor: Actor, { cursor }: ListProblems) {
	const after = cursor ? decodeCursor(ProblemCursor, cursor) : undefined;
	const rows = await db.problemReport.findMany({
		where: after && {
			OR: [
				{ createdAt: { lt: after.createdAt } },
				{ createdAt: after.createdAt, id: { gt: after.id } }
			]
		},
		orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
		take: LIMITS.pageSize + 1,
		select: problemSelect
	});
	const problems = rows.slice(0, LIMITS.pageSize);
	const last = problems.at(-1);
	return {
		problems,
		nextCursor:
			last && rows.length > problems.length ? encodeCursor([last.createdAt, last.id]) : undefined
	};
}

/** Forgets reports that nobody will look at any more. */
export async function purgeProblems(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM problem_reports WHERE id IN (
				SELECT id FROM problem_reports
				WHERE created_at < now() - make_interval(days => ${RETENTION.problemReportDays})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
