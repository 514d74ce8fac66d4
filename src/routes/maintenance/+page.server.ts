import { redirect } from '@sveltejs/kit';
import { maintenanceNow } from '$lib/server/maintenance';
import type { PageServerLoad } from './$types';

/** What is shown in the place of a page that maintenance refuses. It asks nothing of the database. */
export const load: PageServerLoad = () => {
	const { mode, message, until } = maintenanceNow();
	if (mode === 'off') redirect(303, '/ideas');
	return { mode, message, until };
};
