import { db } from '../db';
import { RETENTION } from '../retention';

/** Deletes ended sessions, links some time after they stopped working, and browsers that nobody uses. */
export async function purgeExpiredCredentials() {
	const linksBefore = new Date(Date.now() - RETENTION.signInTokenHours * 3_600_000);
	const seenBefore = new Date(Date.now() - RETENTION.knownBrowserDays * 86_400_000);
	const [sessions, links, browsers] = await Promise.all([
		db.session.deleteMany({ where: { expires: { lt: new Date() } } }),
		db.emailLink.deleteMany({ where: { expiresAt: { lt: linksBefore } } }),
		db.browser.deleteMany({ where: { lastSeenAt: { lt: seenBefore } } })
	]);
	return { sessions: sessions.count, signInLinks: links.count, browsers: browsers.count };
}
