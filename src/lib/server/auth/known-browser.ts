import type { RequestEvent } from '@sveltejs/kit';
import type { Transaction } from '../db';
import { RETENTION } from '../retention';
import { hashToken, newToken } from './token';

const cookieName = (secure: boolean) => (secure ? '__Host-coda-browser' : 'coda-browser');

/** What this browser is known by: the token of its cookie, or a new one. It signs nobody in. */
export function browserToken(event: RequestEvent): string {
	return event.cookies.get(cookieName(event.url.protocol === 'https:')) || newToken();
}

/** Lets this browser be known the next time, for as long as browsers keep a cookie. */
export function writeBrowserCookie(event: RequestEvent, token: string): void {
	const secure = event.url.protocol === 'https:';
	event.cookies.set(cookieName(secure), token, {
		httpOnly: true,
		sameSite: 'lax',
		path: '/',
		secure,
		maxAge: RETENTION.knownBrowserDays * 86_400
	});
}

/** Notes that a person signed in with a browser. @returns whether they had done so before */
export async function rememberBrowser(
	tx: Transaction,
	userId: string,
	token: string
): Promise<boolean> {
	const tokenHash = hashToken(token);
	const { count } = await tx.browser.updateMany({
		where: { userId, tokenHash },
		data: { lastSeenAt: new Date() }
	});
	if (count === 0) await tx.browser.create({ data: { userId, tokenHash }, select: { id: true } });
	return count > 0;
}
