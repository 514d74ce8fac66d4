import { randomBytes } from 'node:crypto';
import { db } from '../db';

/*
 * A visitor is counted under a secret that lives for one day (UTC). When it is gone, nobody can tell whether a
 * visitor of that day was the one of another.
 */

const newSalt = () => randomBytes(32);

/** Makes the salts of today and tomorrow unless they are there, and destroys all before. Any number may do so at once. */
export async function rotateSalts(): Promise<{ made: number; destroyed: number }> {
	const [row] = await db.$queryRaw<{ made: number; destroyed: number }[]>`
		WITH today AS (SELECT (now() AT TIME ZONE 'UTC')::date AS day), made AS (
			INSERT INTO daily_salts (day, salt)
			SELECT day, ${newSalt()}::bytea FROM today
			UNION ALL SELECT day + 1, ${newSalt()}::bytea FROM today
			ON CONFLICT (day) DO NOTHING RETURNING day
		), destroyed AS (
			DELETE FROM daily_salts WHERE day < (SELECT day FROM today) RETURNING day
		)
		SELECT (SELECT count(*)::int FROM made) AS made,
			(SELECT count(*)::int FROM destroyed) AS destroyed`;
	return row ?? { made: 0, destroyed: 0 };
}

/** Today's salt; the first one who asks makes it. No process keeps it, so that it is gone when its row is. */
export async function saltOfToday(): Promise<Uint8Array> {
	const known = await findSalt();
	if (known) return known;
	await rotateSalts();
	const made = await findSalt();
	if (!made) throw new Error('There is no salt for today.');
	return made;
}

async function findSalt(): Promise<Uint8Array | undefined> {
	const [row] = await db.$queryRaw<{ salt: Uint8Array }[]>`
		SELECT salt FROM daily_salts WHERE day = (now() AT TIME ZONE 'UTC')::date`;
	return row?.salt;
}
