import { PEOPLE_FILTERS } from '$lib/schemas/people';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const query = (url.searchParams.get('q') ?? '').slice(0, 320);
	const filter = PEOPLE_FILTERS.find((one) => one === url.searchParams.get('filter')) ?? 'all';
	const cursor = url.searchParams.get('cursor') ?? undefined;
	return { query, filter, cursor, page: await locals.trpc.people.list({ query, filter, cursor }) };
};
