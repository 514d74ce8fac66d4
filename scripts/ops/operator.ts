import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { adapterFor, type Transaction } from '../../src/lib/server/db.ts';
import { redactText } from '../../src/lib/server/log.ts';
import { PrismaClient } from '../../src/lib/server/prisma/client.ts';
import type { SwitchOperator } from '../../src/lib/server/services/switches.ts';
import { messageOf, ScriptError } from '../local/script.ts';

const UNIT_SECONDS: Record<string, number> = { m: 60, h: 3_600, d: 86_400 };

/**
 * Works on the database of DATABASE_URL in one transaction: the way in for an operator when the program
 * itself cannot be asked. Nothing else of the environment is needed.
 *
 * @param work gets the transaction, and who is at the terminal, for the audit trail
 */
export async function asOperator<T>(
	work: (tx: Transaction, operator: SwitchOperator) => Promise<T>
): Promise<T> {
	const url = process.env.DATABASE_URL;
	if (!url) throw new ScriptError('DATABASE_URL is not set.');
	const db = new PrismaClient({ adapter: adapterFor(url, 1) });
	const actor = { kind: 'system', task: 'ops', requestId: `ops-${randomUUID()}` } as const;
	try {
		return await db.$transaction((tx) => work(tx, { actor, name: userInfo().username }));
	} catch (error) {
		const { hostname } = new URL(url);
		throw new ScriptError(`${hostname}: nothing was changed. ${redactText(messageOf(error))}`);
	} finally {
		await db.$disconnect();
	}
}

/** Seconds of `10m`, `2h` or `1d`; `null` where nothing was said. @throws ScriptError */
export function durationSeconds(option: string, given: string | undefined): number | null {
	if (given === undefined) return null;
	const [, amount, unit = ''] = /^(\d+)([mhd])$/.exec(given) ?? [];
	if (!amount) throw new ScriptError(`${option} is a duration such as 10m, 2h or 1d.`, 2);
	return Number(amount) * (UNIT_SECONDS[unit] ?? 0);
}

/** The time in so many seconds, as switches hold it. */
export const inSeconds = (seconds: number | null): string | null =>
	seconds === null ? null : new Date(Date.now() + seconds * 1_000).toISOString();
