import { readStatus, statusCaching } from '$lib/server/status-page';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ setHeaders }) => {
	const status = await readStatus();
	// An error is kept by nobody.
	setHeaders(statusCaching);
	return { status };
};
