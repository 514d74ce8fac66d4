import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { adapterFor, type Transaction } from '../../src/lib/server/db.ts';
import { redactText } from '../../src/lib/server/log.ts';
import { PrismaClient } from '../../src/lib/server/prisma/client.ts';
import type { Actor } from '../../src/lib/server/services/actor.ts';
import type { SwitchOperator } from '../../src/lib/server/services/switches.ts';
import { withDatabase } from '../local/database.ts';
import { messageOf, ScriptError } from '../local/script.ts';

const UNIT_SECONDS: Record<string, number> = { m: 60, h: 3_600, d: 86_400 };

/** How long a change of everything may take. */
const CHANGE_MS = 60_000;

type SystemActor = Extract<Actor, { kind: 'system' }>;

/** Who is at the terminal, for the audit trail. */
export interface Operator extends SwitchOperator {
	actor: SystemActor;
	/** The account on this machine. */
	name: string;
}

/** How the work is done. */
interface OperatorOptions {
	/** The command, as the trail names it. */
	task?: string;
	isolationLevel?: 'RepeatableRead';
	/** In milliseconds. */
	timeout?: number;
}

/**
 * Works on the database of this environment, the embedded one too, in one transaction: the way in for an
 * operator when the program itself cannot be asked. Nothing else of the environment is needed.
 *
 * @param work gets the transaction, and who is at the terminal, for the audit trail
 */
export function asOperator<T>(
	work: (tx: Transaction, operator: Operator) => Promise<T>,
	{ task = 'ops', timeout = CHANGE_MS, isolationLevel }: OperatorOptions = {}
): Promise<T> {
	return withDatabase(async ({ url }) => {
		const connection = { application: 'coda-scripts', statementMs: CHANGE_MS };
		const db = new PrismaClient({ adapter: adapterFor(url, 1, connection) });
		const actor: SystemActor = { kind: 'system', task, requestId: `ops-${randomUUID()}` };
		try {
			return await db.$transaction((tx) => work(tx, { actor, name: accountName() }), {
				timeout,
				isolationLevel
			});
		} catch (error) {
			if (error instanceof ScriptError) throw error;
			const { hostname } = new URL(url);
			throw new ScriptError(`${hostname}: nothing was done. ${redactText(messageOf(error))}`);
		} finally {
			await db.$disconnect();
		}
	});
}

/** A container may run under a number that has no name. */
function accountName(): string {
	try {
		return userInfo().username;
	} catch {
		return `uid ${process.getuid?.() ?? '?'}`;
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
