import type { PageServerLoad } from './$types';

/** What was begun is shown again, also after a reload. */
export const load: PageServerLoad = async ({ locals }) => {
	const known = await locals.trpc.imports.current();
	const { open } = known;
	const isShown = open && !open.isUnderWay && open.state !== 'receiving';
	return { ...known, preview: isShown ? await locals.trpc.imports.preview(open) : undefined };
};
