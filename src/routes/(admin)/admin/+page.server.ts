import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
	overview: await locals.trpc.overview.get(),
	now: new Date()
});
