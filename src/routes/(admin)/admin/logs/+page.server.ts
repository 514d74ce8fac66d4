import { LogFilter, logFilterIn } from '$lib/schemas/logs';
import { auditWords } from '$lib/audit-words';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { list, failing, around } = locals.trpc.logs;
	const filter = logFilterIn(url.searchParams);
	const cursor = url.searchParams.get('cursor') ?? undefined;
	const { request } = filter;
	const [page, routes, others] = await Promise.all([
		list({ ...filter, cursor }),
		failing(),
		request ? around({ request }) : undefined
	]);
	const used = Object.entries(filter).filter(([, value]) => value !== '');
	const isRefined = (name: string) => (url.searchParams.get(name) ?? '').trim() !== '';
	return {
		...page,
		filter,
		/** The filter as an address holds it. */
		query: new URLSearchParams(used).toString(),
		/** Fields that were filled in and make no sense. */
		ignored: Object.keys(LogFilter.shape).filter(
			(name) => isRefined(name) && !used.some(([known]) => known === name)
		),
		cursor,
		routes,
		around: others && {
			...others,
			changes: others.changes.map((change) => ({
				...change,
				words: auditWords(change.action, 'you')
			}))
		},
		/** When the page was made: what is followed begins here. */
		now: new Date()
	};
};
