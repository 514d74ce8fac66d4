import { db } from '../db';

/** Somebody who came too often, where another counter than Postgres said so. */
export interface Refusal {
	/** Of its own, beside those that Postgres counts; a hash and no address. */
	key: string;
	/** When it no longer counts. */
	until: Date;
}

/** Keeps refusals as Postgres keeps its own, in one statement; they go with those. */
export async function keepRefusals(refusals: Refusal[]): Promise<void> {
	await db.$executeRaw`
		INSERT INTO rate_limits AS r (key, "window", current, previous, allowed, expires_at)
		SELECT key, 0, 0, 0, false, until
		FROM jsonb_to_recordset(${JSON.stringify(refusals)}::jsonb) AS given (key text, until timestamptz)
		ORDER BY key
		ON CONFLICT (key) DO UPDATE SET allowed = false, expires_at = greatest(r.expires_at, EXCLUDED.expires_at)`;
}
