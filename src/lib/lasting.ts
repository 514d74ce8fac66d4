import { count } from './time';

/** For how long, in words that one takes in at once: `25 minutes`, `10 hours`, `20 days`. */
export function lasting(minutes: number): string {
	if (minutes < 120) return count(Math.round(minutes), 'minute');
	return minutes < 48 * 60
		? count(Math.round(minutes / 60), 'hour')
		: count(Math.round(minutes / 1_440), 'day');
}
