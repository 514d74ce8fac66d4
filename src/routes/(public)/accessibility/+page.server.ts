import { readOperator } from '$lib/server/legal';
import { ACCESSIBILITY_REVIEWED, publicCaching } from '$lib/server/public-pages';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ setHeaders }) => {
	setHeaders(publicCaching);
	return { contact: readOperator().contact, reviewed: ACCESSIBILITY_REVIEWED };
};
