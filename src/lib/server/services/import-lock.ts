import { db, type Transaction } from '../db';
import type { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';

/** How long reading a file, or taking it over, may go on. */
const TIMEOUT_MS = 120_000;

/** Imports of the person. */
export const importsOf = ({ userId }: PersonalActor) =>
	({ userId }) satisfies Prisma.ImportWhereInput;

/** Says how far a step is, so that it is seen before the step is over. */
export type Progress = (done: number, total?: number) => void;

/**
 * Does one step of an import in one transaction: all of it or nothing. One at a time, and a process that is
 * killed leaves the import as it was, free for the next attempt: the lock goes with its connection.
 *
 * @throws NOT_FOUND, CONFLICT while a step of it is under way
 */
export async function importStep<T>(
	actor: PersonalActor,
	id: string,
	work: (tx: Transaction, progress: Progress) => Promise<T>
): Promise<T> {
	const { count } = await db.import.updateMany({
		where: { id, ...importsOf(actor) },
		data: { cancelledAt: null, progress: 0, total: 0, updatedAt: new Date() }
	});
	if (count === 0) throw refusal('NOT_FOUND', 'import.notFound');
	return db.$transaction(
		async (tx) => {
			if (!(await isFree(tx, id))) throw refusal('CONFLICT', 'import.busy');
			return work(tx, (done, total) => noteProgress(id, done, total));
		},
		{ timeout: TIMEOUT_MS }
	);
}

/** Takes the import for this transaction, unless another step of it is under way. */
export async function isFree(tx: Transaction, id: string): Promise<boolean> {
	const [row] = await tx.$queryRaw<{ isFree: boolean }[]>`
		SELECT pg_try_advisory_xact_lock(hashtextextended(${id}, 0)) AS "isFree"`;
	return row?.isFree ?? false;
}

/** Beside the transaction, whose own writes nobody sees yet. Where there is no connection for it, it is left out. */
function noteProgress(id: string, done: number, total?: number): void {
	db.import
		.updateMany({
			where: { id },
			data: { progress: done, updatedAt: new Date(), ...(total !== undefined && { total }) }
		})
		.catch(() => undefined);
}

/** Ends the step when the person has asked for that. @throws CLIENT_CLOSED_REQUEST */
export async function stopWhenCancelled(tx: Transaction, id: string): Promise<void> {
	const { cancelledAt } = await tx.import.findUniqueOrThrow({
		where: { id },
		select: { cancelledAt: true }
	});
	if (cancelledAt) throw refusal('CLIENT_CLOSED_REQUEST', 'import.cancelled');
}
