import { db } from '../db';
import { maintenanceNow } from '../maintenance';

/** After maintenance, tasks that were paused need so long to get through what has waited. */
const CATCHING_UP_SECONDS = 120;

/** Whether tasks are paused for maintenance, or were until a moment ago. @param at what to take for now */
export async function maintenanceIsRecent(at = new Date()): Promise<boolean> {
	if (maintenanceNow().mode !== 'off') return true;
	const [row] = await db.$queryRaw<{ isRecent: boolean }[]>`
		WITH recently AS (SELECT ${at}::timestamptz - make_interval(secs => ${CATCHING_UP_SECONDS}::int) AS since)
		SELECT EXISTS (
			SELECT FROM switches, recently
			WHERE name = 'maintenance' AND expires_at BETWEEN since AND ${at}
		) OR EXISTS (
			SELECT FROM audit_entries, recently
			WHERE target_id = 'maintenance' AND action IN ('switch.set', 'switch.clear') AND at > since AND at <= ${at}
				AND details->>'from' IS NOT NULL
		) AS "isRecent"`;
	return row?.isRecent ?? false;
}
