import type { PageServerLoad } from './$types';

/** What was begun is shown again, also after a reload. */
export const load: PageServerLoad = async ({ locals }) => {
	const begun = await locals.trpc.imports.current();
	return { begun: begun ? await locals.trpc.imports.preview({ id: begun.id }) : undefined };
};
