/*
 * Cron expressions as a person reads them. Only the forms that the table of tasks uses are put into
 * words; any other one is shown as it is.
 */

const EVERY_SECONDS = /^\*\/(\d+) \* \* \* \* \*$/;
const EVERY_MINUTES = /^\*\/(\d+) \* \* \* \*$/;
const HOURLY = /^(\d+) \* \* \* \*$/;
const EVERY_HOURS = /^(\d+) \*\/(\d+) \* \* \*$/;
const DAILY = /^(\d+) (\d+) \* \* \*$/;

const two = (text: string) => text.padStart(2, '0');

/** A cron expression (UTC) in words: `daily at 08:00 UTC`, `every 6 hours`. */
export function scheduleInWords(schedule: string): string {
	if (schedule === '* * * * *') return 'every minute';
	const [, everySeconds] = EVERY_SECONDS.exec(schedule) ?? [];
	if (everySeconds) return `every ${everySeconds} seconds`;
	const [, everyMinutes] = EVERY_MINUTES.exec(schedule) ?? [];
	if (everyMinutes) return `every ${everyMinutes} minutes`;
	if (HOURLY.test(schedule)) return 'every hour';
	const [, , everyHours] = EVERY_HOURS.exec(schedule) ?? [];
	if (everyHours) return `every ${everyHours} hours`;
	const [, minute, hour] = DAILY.exec(schedule) ?? [];
	if (minute && hour) return `daily at ${two(hour)}:${two(minute)} UTC`;
	return schedule;
}
