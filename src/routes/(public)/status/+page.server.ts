import { readStatus, statusCaching } from '$lib/server/status-page';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ setHeaders }) => {
	setHeaders(statusCaching);
	return { status: await readStatus() };
};
