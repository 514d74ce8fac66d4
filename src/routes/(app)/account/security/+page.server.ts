import { isFresh } from '$lib/server/auth/fresh';
import { requireSession } from '$lib/server/auth/require';
import { passwordActions } from './password-actions';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const session = await requireSession(event);
	return {
		email: session.user.email,
		isFresh: isFresh(session),
		password: await event.locals.trpc.passwords.get()
	};
};

export const actions: Actions = passwordActions;
