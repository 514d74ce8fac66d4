import { requireAdmin } from '$lib/server/auth/require';
import { noticesFor } from '$lib/server/notices';
import type { LayoutServerLoad } from './$types';

/** Asked anew for every page: who is no admin any more finds nothing here. */
export const load: LayoutServerLoad = async (event) => {
	const { id, email, name } = (await requireAdmin(event)).user;
	return {
		user: { id, email, name: name ?? null },
		notices: await noticesFor(event),
		firing: await event.locals.trpc.alerts.firing(),
		address: event.url.pathname
	};
};
