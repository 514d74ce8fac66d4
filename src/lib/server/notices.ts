import type { Cookies, RequestEvent } from '@sveltejs/kit';
import type { Notices } from '$lib/notices';
import type { Announcement } from '$lib/schemas/switches';
import { env } from './env';
import { maintenanceNow } from './maintenance';
import { switchValue } from './switches';

/** Where a browser keeps which announcement was closed in it. */
const CLOSED = 'coda-announcement';
const CLOSED_SECONDS = 30 * 86_400;
const COMMIT_CHARS = 7;

/**
 * What stands above the page that is asked for, if anything does. The database is asked only while something
 * is announced.
 */
export async function noticesFor({ locals, cookies }: RequestEvent): Promise<Notices | null> {
	const { tier, release } = env();
	const { planned, mode, startsAt, until, message } = maintenanceNow();
	const isShut = mode !== 'off' || startsAt !== null;
	const isAdmin = locals.session?.user.role === 'admin';
	const preview = tier === 'preview' ? release.slice(0, COMMIT_CHARS) : null;
	const maintenance = isShut ? { mode: planned, startsAt, until, message, isAdmin } : null;
	const announcement = await openAnnouncement(locals, cookies);
	const isAnything = preview ?? maintenance ?? announcement;
	return isAnything ? { preview, maintenance, announcement } : null;
}

async function openAnnouncement(
	{ session, trpc }: App.Locals,
	cookies: Cookies
): Promise<Announcement | null> {
	const announcement = switchValue('announcement');
	if (!announcement || cookies.get(CLOSED) === announcement.id) return null;
	return session ? trpc.announcements.current() : announcement;
}

/** Remembers in this browser that the announcement was closed. */
export function closeAnnouncement({ cookies, url }: RequestEvent, id: string): void {
	const secure = url.protocol === 'https:';
	cookies.set(CLOSED, id, {
		path: '/',
		httpOnly: true,
		sameSite: 'lax',
		secure,
		maxAge: CLOSED_SECONDS
	});
}
