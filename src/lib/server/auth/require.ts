import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { messageFor } from '$lib/messages';
import { orPageError } from '../page-error';
import type { SignedIn } from './session';
import { signInPath } from './sign-in-path';

/**
 * Who is signed in; anyone else is sent to the sign-in page, and back afterwards. While the database
 * is away nobody is sent anywhere: the page says so and tries again.
 */
export async function requireSession(
	event: RequestEvent,
	otherwise = signInPath(event)
): Promise<SignedIn> {
	const { session, sessionError, requestId } = event.locals;
	if (sessionError) await orPageError(requestId, () => Promise.reject(sessionError));
	if (!session) redirect(303, otherwise);
	return session;
}

/** The admin who is signed in. For anyone else there is nothing here. */
export async function requireAdmin(event: RequestEvent): Promise<SignedIn> {
	const session = await requireSession(event);
	if (session.user.role !== 'admin') {
		error(404, { message: messageFor('page.notFound'), requestId: event.locals.requestId });
	}
	return session;
}
