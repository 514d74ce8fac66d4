import { dateOf } from '$lib/time';
import type { AnalyticsRange } from '$lib/schemas/analytics';

/** The spans that there are a link for. */
export const SPANS = [
	{ days: '1', name: 'Today' },
	{ days: '7', name: '7 days' },
	{ days: '30', name: '30 days' },
	{ days: '90', name: '90 days' }
] as const;

/** A choice of days as an address holds it, so that two pages show the same ones. */
export function rangeQuery({ days, from, to }: AnalyticsRange): string {
	return new URLSearchParams(from || to ? { from, to } : { days }).toString();
}

/** The days in words: `from 19 Nov 2026 to 25 Nov 2026`, or `on 25 Nov 2026`. */
export const rangeInWords = ({ from, to }: { from: string; to: string }) =>
	from === to ? `on ${dateOf(from)}` : `from ${dateOf(from)} to ${dateOf(to)}`;
