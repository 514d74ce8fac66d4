import { db } from '../db';
import { defer } from '../defer';
import { maintenanceNow } from '../maintenance';
import { requestOrigin } from '../request-context';

/** How exactly a session knows when it was last used. */
const EVERY_MS = 5 * 60_000;

/**
 * Notes that a session is in use, and where, when that was not noted in the last five minutes. It happens
 * after the answer, in one statement of which one wins when many requests come at once. In maintenance it is
 * left: looking at a page writes nothing then.
 */
export function touchSession(id: string, lastSeenAt: Date): void {
	if (Date.now() - lastSeenAt.valueOf() < EVERY_MS || maintenanceNow().mode !== 'off') return;
	const { address, place } = requestOrigin() ?? {};
	defer('touch-session', () =>
		db.session.updateMany({
			where: { id, lastSeenAt },
			data: { lastSeenAt: new Date(), address, place }
		})
	);
}
