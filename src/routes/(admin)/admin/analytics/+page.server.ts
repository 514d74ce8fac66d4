import { analyticsRangeIn } from '$lib/schemas/analytics';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const chosen = analyticsRangeIn(url.searchParams);
	return { chosen, analytics: await locals.trpc.analytics.get(chosen) };
};
