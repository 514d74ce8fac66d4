import { requireSession } from '$lib/server/auth/require';
import { noticesFor } from '$lib/server/notices';
import type { LayoutServerLoad } from './$types';

/** What of an address makes a page load anew. */
const VIEW = ['sort', 'filter', 'cursor'];

export const load: LayoutServerLoad = async (event) => {
	const { id, email, name } = (await requireSession(event)).user;
	const { pathname, searchParams } = event.url;
	return {
		user: { id, email, name: name ?? null },
		notices: await noticesFor(event),
		/** With it the person comes anew with every page: another may have signed in meanwhile. */
		address: [pathname, ...VIEW.map((one) => searchParams.get(one) ?? '')].join(' ')
	};
};
