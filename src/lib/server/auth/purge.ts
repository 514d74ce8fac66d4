import { db } from '../db';
import { RETENTION } from '../retention';

/** Deletes ended sessions, and sign-in links some time after they stopped working. */
export async function purgeExpiredCredentials() {
	const linksBefore = new Date(Date.now() - RETENTION.signInTokenHours * 3_600_000);
	const [sessions, links] = await Promise.all([
		db.session.deleteMany({ where: { expires: { lt: new Date() } } }),
		db.emailLink.deleteMany({ where: { expiresAt: { lt: linksBefore } } })
	]);
	return { sessions: sessions.count, signInLinks: links.count };
}
