import type { PageServerLoad } from './$types';

const MOST_PEOPLE = 1_000_000;

export const load: PageServerLoad = async ({ locals, url }) => {
	const measured = await locals.trpc.costs.usage();
	const asked = Math.round(Number(url.searchParams.get('people')));
	const people = asked > 0 && asked <= MOST_PEOPLE ? asked : null;
	return { measured, people };
};
