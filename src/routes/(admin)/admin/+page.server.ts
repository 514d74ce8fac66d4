import { TrafficOf } from '$lib/schemas/traffic';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	// Any other range is the usual one.
	const { range } =
		TrafficOf.safeParse({ range: url.searchParams.get('range') ?? undefined }).data ??
		TrafficOf.parse({});
	const [overview, glance, traffic] = await Promise.all([
		locals.trpc.overview.get(),
		locals.trpc.overview.glance(),
		locals.trpc.overview.traffic({ range })
	]);
	return { overview, glance, traffic, range, now: new Date() };
};
