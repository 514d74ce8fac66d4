import type { Actions, PageServerLoad } from './$types';

/** Says what would stop. Looking at it, as mail scanners do, stops nothing. */
export const load: PageServerLoad = ({ locals, url }) =>
	locals.trpc.mails.unsubscription({ token: tokenIn(url) });

export const actions: Actions = {
	/** The button, and what mail services send for a person who unsubscribed there (RFC 8058). */
	default: async ({ locals, url }) => {
		await locals.trpc.mails.unsubscribe({ token: tokenIn(url) });
		return { stopped: true };
	}
};

const tokenIn = (url: URL) => url.searchParams.get('token') ?? '';
