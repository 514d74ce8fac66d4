import { LIMITS } from '$lib/limits';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const asked = url.searchParams.get('q') ?? '';
	const cursor = url.searchParams.get('cursor') ?? undefined;
	return {
		/** As it stands in the field: no more of it than a search looks at. */
		q: [...asked].slice(0, LIMITS.searchChars).join(''),
		found: await locals.trpc.search.find({ q: asked, cursor }),
		isFirstPage: !cursor
	};
};
