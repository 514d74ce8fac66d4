import { db, type Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';

/** How long one step may go on, all of its statements together; under the five minutes that a function has on Vercel. */
const STEP_MS = 270_000;

/** How often a step says how far it is: each time is a commit, for which the disk is waited for. */
const TELL_MS = 300;

/** How finely a step says how far it is. */
export const WHOLE = 10_000;

/** Imports of the person that they have not stopped. */
export const importsOf = ({ userId }: PersonalActor) =>
	({ userId, cancelledAt: null }) satisfies Prisma.ImportWhereInput;

/**
 * Says how much of a step is done, from 0 to 1, so that it is seen before the step is over; and ends the step
 * when the person has asked for that.
 *
 * @throws CLIENT_CLOSED_REQUEST
 */
export type Progress = (share: number) => Promise<void>;

/** What a part of a step says of itself, as part of the whole. */
export const within =
	(progress: Progress, from: number, to: number): Progress =>
	(share) =>
		progress(from + share * (to - from));

/**
 * Does one step of an import in one transaction: all of it or nothing. One at a time, and a process that is
 * killed leaves the import as it was, free for the next attempt: the lock goes with its connection. A step that
 * the person has stopped takes the file with it.
 *
 * @throws NOT_FOUND, CONFLICT while a step of it is under way, CLIENT_CLOSED_REQUEST
 */
export async function importStep<T>(
	actor: PersonalActor,
	id: string,
	work: (tx: Transaction, progress: Progress) => Promise<T>
): Promise<T> {
	try {
		await beginStep(actor, id);
		return await db.$transaction(
			async (tx) => {
				if (!(await isFree(tx, id))) throw refusal('CONFLICT', 'import.busy');
				await assertWanted(tx, id);
				await allowTime(tx);
				return work(tx, progressOf(tx, id));
			},
			{ timeout: STEP_MS }
		);
	} catch (error) {
		const { userId } = actor;
		const stopped = { id, userId, cancelledAt: { not: null }, state: { not: 'done' } } as const;
		await db.import.deleteMany({ where: stopped }).catch(() => {
			// The database may be what ended the step; the task forgets the file.
		});
		throw error;
	}
}

/** In one statement: a step begins only while no other one goes on, and not once the person has stopped the import. */
async function beginStep({ userId }: PersonalActor, id: string): Promise<void> {
	const begun = await db.$executeRaw`
		UPDATE imports SET progress = 0, total = ${WHOLE},
			updated_at = CASE state WHEN 'done' THEN updated_at ELSE now() END
		WHERE id = ${id}::uuid AND user_id = ${userId}::uuid AND cancelled_at IS NULL
			AND pg_try_advisory_xact_lock(${lockOf(id)})`;
	if (begun > 0) return;
	const there = await db.import.findFirst({
		where: { id, userId },
		select: { cancelledAt: true }
	});
	if (!there) throw refusal('NOT_FOUND', 'import.notFound');
	throw there.cancelledAt
		? refusal('CLIENT_CLOSED_REQUEST', 'import.cancelled')
		: refusal('CONFLICT', 'import.busy');
}

/**
 * For this transaction the limit of every other statement does not hold: one over a large account may be slow,
 * and all of them together have the time of the step. Behind Neon's driver the limit stays the client's; it is far
 * above what one slice takes.
 */
export async function allowTime(tx: Transaction): Promise<void> {
	await tx.$queryRaw`SELECT set_config('statement_timeout', ${String(STEP_MS)}, true)`;
}

/** How long the transaction of undoing one may take. */
export const UNDO_MS = STEP_MS;

/** Takes the import for this transaction, unless another step of it is under way. */
export async function isFree(tx: Transaction, id: string): Promise<boolean> {
	const [row] = await tx.$queryRaw<{ isFree: boolean }[]>`
		SELECT pg_try_advisory_xact_lock(${lockOf(id)}) AS "isFree"`;
	return row?.isFree ?? false;
}

/** The key of the lock that a step holds. */
const lockOf = (id: string): Prisma.Sql => Prisma.sql`hashtextextended(${id}::uuid::text, 0)`;

/** Whether a step of an import goes on, also one of another process. It is looked at and not taken. */
export async function isUnderWay(id: string): Promise<boolean> {
	const [row] = await db.$queryRaw<{ isUnderWay: boolean }[]>`
		SELECT EXISTS (
			SELECT FROM pg_locks CROSS JOIN (SELECT ${lockOf(id)} AS key) AS wanted
			WHERE locktype = 'advisory' AND objsubid = 1 AND granted
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
				AND classid::bigint = (key >> 32) & 4294967295 AND objid::bigint = key & 4294967295
		) AS "isUnderWay"`;
	return row?.isUnderWay ?? false;
}

/** @throws CLIENT_CLOSED_REQUEST once the person has stopped it, which may have taken it away already */
async function assertWanted(tx: Transaction, id: string): Promise<void> {
	const row = await tx.import.findUnique({ where: { id }, select: { cancelledAt: true } });
	if (!row || row.cancelledAt) throw refusal('CLIENT_CLOSED_REQUEST', 'import.cancelled');
}

/**
 * Beside the transaction, whose own writes nobody sees yet; one at a time, and where there is no connection for it,
 * it is left out.
 */
function progressOf(tx: Transaction, id: string): Progress {
	let isTelling = false;
	let toldAt = -TELL_MS;
	return async (share) => {
		if (!isTelling && performance.now() - toldAt >= TELL_MS) {
			isTelling = true;
			toldAt = performance.now();
			db.import
				.updateMany({
					where: { id },
					data: { progress: Math.round(Math.min(share, 1) * WHOLE), updatedAt: new Date() }
				})
				// How far it is is news, not fact: the next slice tells it again.
				.catch(() => undefined)
				.finally(() => {
					isTelling = false;
				});
		}
		await assertWanted(tx, id);
	};
}
