import { redirect } from '@sveltejs/kit';
import { endSession } from '$lib/server/auth/session';
import { orPageError } from '$lib/server/page-error';
import type { Actions, PageServerLoad } from './$types';

/** Nobody is signed out by following a link. */
export const load: PageServerLoad = () => redirect(303, '/');

export const actions: Actions = {
	default: async (event) => {
		// Lists that the browser keeps to ask about them are the person's.
		event.setHeaders({ 'clear-site-data': '"cache"' });
		await orPageError(event.locals.requestId, () => endSession(event));
		redirect(303, '/sign-in');
	}
};
