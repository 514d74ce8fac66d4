import { ADVISORY_LOCKS } from '../advisory-locks';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { PROBE_EMAIL, PROBE_ID } from './probe-identity';

/**
 * Makes the probe's account anew, and with that removes whatever hung on it: ideas, sessions, links, undo. So a run
 * that was killed leaves nothing beyond the next, and an account that somebody deleted by hand is back.
 */
export async function renewProbeAccount(): Promise<void> {
	await db.$transaction(async (tx) => {
		// Two that make it anew at the same moment go in turn.
		await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.renewingProbe}::bigint)`;
		await tx.emailLink.deleteMany({ where: { email: PROBE_EMAIL } });
		// What is late in a run before holds an idea first, and then asks for the person.
		await tx.idea.deleteMany({ where: { ownerId: PROBE_ID } });
		await tx.user.deleteMany({ where: { id: PROBE_ID } });
		const data = { id: PROBE_ID, email: PROBE_EMAIL, name: 'Coda’s own probe' };
		await tx.user.create({ data, select: { id: true } });
	});
}

/** The probe's account as whoever does something. */
export const probeActor = (requestId: string): PersonalActor => ({
	kind: 'person',
	userId: PROBE_ID,
	requestId
});
