import { vitalsFilterIn } from '$lib/schemas/analytics';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const chosen = vitalsFilterIn(url.searchParams);
	return { chosen, figures: await locals.trpc.analytics.vitals(chosen) };
};
