import * as z from 'zod';

const day = z
	.union([z.literal(''), z.iso.date()], { error: 'Write a day as 2026-11-25.' })
	.default('');

/** What views are broken down by. */
export const BREAKDOWNS = ['route', 'referrer', 'country', 'device', 'browser', 'system'] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];

/** How many days are looked at, today included. */
export const ANALYTICS_SPANS = ['1', '7', '30', '90'] as const;

/** Which days an admin looks at, in UTC: so many until today, or from one to another where those are said. */
export const AnalyticsRange = z.object({
	days: z.enum(ANALYTICS_SPANS, { error: 'Choose 1, 7, 30 or 90 days.' }).default('7'),
	from: day,
	to: day
});
export type AnalyticsRange = z.output<typeof AnalyticsRange>;

/** The same, and how many names of each kind are wanted; the rest is one. */
export const GetAnalytics = AnalyticsRange.extend({
	names: z.int().min(1).max(1_000).default(10)
});
export type GetAnalytics = z.output<typeof GetAnalytics>;

/** The same for how fast pages are: of one route or kind of device, or, where empty, of all. */
export const VitalsFilter = AnalyticsRange.extend({
	route: z.string().max(200).default(''),
	device: z.enum(['', 'desktop', 'mobile', 'tablet', 'other']).default('')
});
export type VitalsFilter = z.output<typeof VitalsFilter>;

/** What of `shape` an address holds. What makes no sense in it is as if it were not there. */
function readAs<Shape extends z.ZodObject>(shape: Shape, given: URLSearchParams): z.output<Shape> {
	const entries = Object.entries(shape.shape).flatMap(([name, field]) => {
		const value = given.get(name) ?? undefined;
		return (field as z.ZodType).safeParse(value).success ? [[name, value]] : [];
	});
	return shape.parse(Object.fromEntries(entries));
}

/** The days that an address asks for. */
export const analyticsRangeIn = (given: URLSearchParams): AnalyticsRange =>
	readAs(AnalyticsRange, given);

/** The days, the route and the kind of device that an address asks for. */
export const vitalsFilterIn = (given: URLSearchParams): VitalsFilter => readAs(VitalsFilter, given);
