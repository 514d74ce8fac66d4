import { ErrorFilter } from '$lib/schemas/errors';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const given = Object.entries(ErrorFilter.shape).map(([name, shape]) => {
		const parsed = shape.safeParse(url.searchParams.get(name) ?? undefined);
		return [name, parsed.success ? parsed.data : undefined];
	});
	const filter = ErrorFilter.parse(Object.fromEntries(given));
	const cursor = url.searchParams.get('cursor') ?? undefined;
	const used = Object.entries(filter).filter(([, value]) => value !== '');
	return {
		...(await locals.trpc.errors.list({ ...filter, cursor })),
		filter,
		/** The filter as an address holds it. */
		query: new URLSearchParams(used).toString(),
		cursor
	};
};
