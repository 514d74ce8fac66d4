import type { Transaction } from '../db';
import type { Prisma } from '../prisma/client';
import { revoke } from './relay-events';

/**
 * Ends sessions, and with each what was opened under it: relays close its sockets. The caller posts that after
 * its transaction, with `postRelayEventsSoon`.
 *
 * @returns how many ended
 */
export async function endSessionsIn(
	tx: Transaction,
	where: Prisma.SessionWhereInput
): Promise<number> {
	const ending = await tx.session.findMany({ where, select: { id: true } });
	if (ending.length === 0) return 0;
	const ids = ending.map(({ id }) => id);
	const { count } = await tx.session.deleteMany({ where: { id: { in: ids } } });
	await revoke(tx, ...ids.map((id) => ({ of: 'sign-in' as const, id })));
	return count;
}
