import { requireSession } from '$lib/server/auth/require';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	await requireSession(event);
	const { searchParams } = event.url;
	return {
		/** Ideas that the address names: what an idea's own menu leads to. */
		ids: searchParams.getAll('id'),
		/** A download was asked for too often. */
		isRefused: searchParams.has('wait')
	};
};

export const actions: Actions = {
	/** What was selected on the board, for which an address would be too long. */
	default: async ({ request }) => ({ ids: (await request.formData()).getAll('ids').map(String) })
};
