import { db } from '../db';
import { log } from '../log';
import { Prisma } from '../prisma/client';
import type { Actor } from './actor';
import { recordAudit } from './audit';
import { endSessionsIn } from './session-ends';
import type { Work } from './batches';
import { emptyIdeas } from './feature-trash';

/** Accounts that one run looks at, and rows that go in one statement. */
const ACCOUNTS_A_RUN = 500;
const BATCH_ROWS = 500;

/** What went, and whether something had to be left for the next run. */
export interface DeletedAccounts {
	accounts: number;
	ideas: number;
	more: boolean;
}

/**
 * Deletes the accounts whose grace is over, with everything that hangs on them. It goes step by step, each a
 * transaction of its own: a run that is killed has done what it has done, and the next one goes on. What
 * fails with one account keeps no other waiting.
 *
 * @throws when one of them could not be deleted, after the others
 */
export async function deleteDueAccounts(actor: Actor, work: Work): Promise<DeletedAccounts> {
	const due = await db.$queryRaw<{ id: string }[]>`
		SELECT id FROM users WHERE delete_after <= now() ORDER BY delete_after LIMIT ${ACCOUNTS_A_RUN}`;
	const result = { accounts: 0, ideas: 0, more: due.length === ACCOUNTS_A_RUN };
	const failures: unknown[] = [];
	for (const { id } of due) {
		if (!work.hasTime()) return { ...result, more: true };
		try {
			const { ideas, isDone } = await deleteAccount(actor, id, work);
			result.ideas += ideas;
			if (isDone) result.accounts += 1;
			else result.more = true;
		} catch (error) {
			log('error', 'Account could not be deleted', { userId: id, error });
			failures.push(error);
		}
	}
	if (failures.length > 0) {
		throw new AggregateError(failures, `${failures.length} of ${due.length} accounts are left.`);
	}
	return result;
}

async function deleteAccount(actor: Actor, userId: string, work: Work) {
	let ideas = 0;
	if (!(await shutDoor(userId))) return { ideas, isDone: false };
	const isTheirs = Prisma.sql`i.owner_id = ${userId}::uuid`;
	const features = await emptyIdeas(isTheirs, work);
	if (features.more) return { ideas, isDone: false };
	for (;;) {
		if (!work.hasTime()) return { ideas, isDone: false };
		const removed = await db.$executeRaw`
			DELETE FROM ideas WHERE id IN (
				SELECT id FROM ideas WHERE owner_id = ${userId}::uuid LIMIT ${BATCH_ROWS}
			)`;
		ideas += removed;
		if (removed < BATCH_ROWS) break;
	}
	return { ideas, isDone: await removePerson(actor, userId) };
}

/**
 * From here on there is no way back: whoever signs in would find half of what they had, so nobody does.
 *
 * @returns whether it is still to be deleted
 */
async function shutDoor(userId: string): Promise<boolean> {
	const shut = await db.$executeRaw`
		UPDATE users SET disabled_at = coalesce(disabled_at, now())
		WHERE id = ${userId}::uuid AND delete_after <= now()`;
	if (shut > 0) await db.$transaction((tx) => endSessionsIn(tx, { userId }));
	return shut > 0;
}

/** What refers to the person goes with their row; what knows their address or their id besides goes here. */
async function removePerson(actor: Actor, userId: string): Promise<boolean> {
	return db.$transaction(async (tx) => {
		const [person] = await tx.$queryRaw<{ email: string }[]>`
			DELETE FROM users WHERE id = ${userId}::uuid AND delete_after <= now() RETURNING email`;
		if (!person) return false;
		const { email } = person;
		await tx.outboxMessage.deleteMany({ where: { recipient: email } });
		await tx.emailLink.deleteMany({ where: { email } });
		await tx.signInToken.deleteMany({ where: { email } });
		await tx.taskRun.updateMany({ where: { startedBy: userId }, data: { startedBy: null } });
		await tx.switch.updateMany({ where: { setBy: `person:${userId}` }, data: { setBy: null } });
		// Their own trail stays, with nobody in it: the key of its personal fields went with the row.
		await recordAudit(tx, actor, {
			action: 'account.delete',
			targetKind: 'user',
			targetId: userId
		});
		return true;
	});
}
