import type { Transaction } from '../db';

/** A newer release that checked within this time does so again: an older one leaves it to that. */
const LEFT_MS = 120_000;
/** For so long it may still be there, and what it alone knows may be bad. */
const THERE_MS = 3_600_000;

/** What a check may do at this moment. */
export interface Lead {
	now: Date;
	/** When the release was built that checks. */
	builtAt: Date;
	/** The newest release whose alerts it may end; `null`: of any. */
	endsUpTo: Date | null;
}

/**
 * Which say a check has beside those of other releases. An older release has not the rules of a newer one, nor what
 * they look at, and other thresholds: two that took turns would end each other's alerts and tell them anew. A newer one
 * that was taken back, or does not even start, is outwaited.
 *
 * @returns nothing where a newer release looks
 */
export async function leadOf(tx: Transaction, builtAt: Date, now: Date): Promise<Lead | undefined> {
	const leads = await tx.$executeRaw`
		INSERT INTO alert_checker AS c (id, built_at, checked_at) VALUES (true, ${builtAt}, ${now})
		ON CONFLICT (id) DO UPDATE SET built_at = EXCLUDED.built_at, checked_at = EXCLUDED.checked_at
		WHERE c.built_at <= EXCLUDED.built_at OR c.checked_at < ${new Date(now.valueOf() - THERE_MS)}`;
	if (leads > 0) return { now, builtAt, endsUpTo: null };
	const newest = await tx.alertChecker.findFirst({ select: { checkedAt: true } });
	const isThere = newest && now.valueOf() - newest.checkedAt.valueOf() <= LEFT_MS;
	return isThere ? undefined : { now, builtAt, endsUpTo: builtAt };
}
