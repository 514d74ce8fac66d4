import { stringify } from 'csv-stringify/sync';
import { analyticsRangeIn, BREAKDOWNS } from '$lib/schemas/analytics';
import type { RequestHandler } from './$types';

/** More names of a kind than the page shows; what is beyond them is one line. */
const NAMES = 1_000;

/** What the page of analytics shows, as a file: a line for each day, and for each name of each kind. */
export const GET: RequestHandler = async ({ locals, url }) => {
	const given = analyticsRangeIn(url.searchParams);
	const { range, days, by } = await locals.trpc.analytics.get({ ...given, names: NAMES });
	const rows = [
		...days.map(({ day, visitors, views }) => ['day', day, visitors, views]),
		...BREAKDOWNS.flatMap((kind) => [
			...by[kind].names.map(({ name, visitors, views }) => [kind, name, visitors, views]),
			...(by[kind].others ? [[kind, 'everything else', null, by[kind].others.views]] : [])
		])
	];
	const head = ['kind', 'name', 'visitors', 'views'];
	return new Response(stringify([head, ...rows], { escape_formulas: true }), {
		headers: {
			'content-type': 'text/csv; charset=utf-8',
			'content-disposition': `attachment; filename="coda-analytics-${range.from}-${range.to}.csv"`,
			'cache-control': 'private, no-store'
		}
	});
};
