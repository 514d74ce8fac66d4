import type { AnalyticsRange } from '$lib/schemas/analytics';
import { dayAfter } from './view-totals';

/** More days than anyone looks at, and few enough to draw. */
const MOST_DAYS = 1_100;

/** The first and the last day, as `2026-11-25`; both belong to it. */
export interface DayRange {
	from: string;
	to: string;
}

/** The days that a range means: none later than today, at least one, and the right way round. */
export function daysOf({ days, from, to }: AnalyticsRange, today: string): DayRange {
	if (!from && !to) return { from: dayAfter(today, 1 - Number(days)), to: today };
	const [first = today, last = today] = [from || to, to || today].sort();
	const end = last < today ? last : today;
	const earliest = dayAfter(end, 1 - MOST_DAYS);
	const begin = first < end ? first : end;
	return { from: begin > earliest ? begin : earliest, to: end };
}

/** Every day of a range, the first one first. */
export function eachDay({ from, to }: DayRange): string[] {
	const days: string[] = [];
	for (let day = from; day <= to; day = dayAfter(day)) days.push(day);
	return days;
}
