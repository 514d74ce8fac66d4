import { safeCallbackUrl } from '$lib/server/auth/callback-url';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => ({
	callbackUrl: safeCallbackUrl(url.searchParams.get('callbackUrl'))
});
