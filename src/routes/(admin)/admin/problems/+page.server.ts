import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const cursor = url.searchParams.get('cursor') ?? undefined;
	return { ...(await locals.trpc.problems.list({ cursor })), cursor };
};
