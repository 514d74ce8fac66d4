import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => ({
	run: await locals.trpc.tasks.get({ id: params.id })
});
