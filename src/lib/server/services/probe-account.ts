import { ADVISORY_LOCKS } from '../advisory-locks';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { PROBE_EMAIL, PROBE_ID } from './probe-identity';

/**
 * Empties the probe's account of whatever a run made in it, and makes it where it is missing. So a run that was killed
 * leaves nothing beyond the next, and an account that somebody deleted by hand is back. Its row stays: deleting one of
 * `users` looks for it in everything that people are named in.
 */
export async function renewProbeAccount(): Promise<void> {
	await db.$transaction(async (tx) => {
		// Two that empty it at the same moment go in turn.
		await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.renewingProbe}::bigint)`;
		await tx.emailLink.deleteMany({ where: { email: PROBE_EMAIL } });
		// What is late in a run before holds an idea first, and then asks for the person.
		await tx.idea.deleteMany({ where: { ownerId: PROBE_ID } });
		const own = { where: { userId: PROBE_ID } };
		await tx.undoAction.deleteMany(own);
		await tx.session.deleteMany(own);
		await tx.browser.deleteMany(own);
		await tx.consent.deleteMany(own);
		await tx.auditKey.deleteMany(own);
		await tx.user.upsert({
			where: { id: PROBE_ID },
			create: { id: PROBE_ID, email: PROBE_EMAIL, ...AS_MADE },
			update: AS_MADE,
			select: { id: true }
		});
	});
}

/** What a run may have changed in the account's row, as it is before a run. */
const AS_MADE = {
	name: 'Coda’s own probe',
	emailVerified: null,
	disabledAt: null,
	deleteAfter: null
};

/** The probe's account as whoever does something. */
export const probeActor = (requestId: string): PersonalActor => ({
	kind: 'person',
	userId: PROBE_ID,
	requestId
});
