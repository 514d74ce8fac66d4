const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STYLES = {
	day: { day: 'numeric', month: 'short' },
	date: { day: 'numeric', month: 'short', year: 'numeric' },
	moment: {
		day: 'numeric',
		month: 'short',
		year: 'numeric',
		hour: '2-digit',
		minute: '2-digit',
		timeZoneName: 'short'
	}
} satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatters = new Map<string, Intl.DateTimeFormat>();
const numbers = new Intl.NumberFormat('en');

/** Making a formatter costs a hundred times what using it costs, so each is made once. */
function formatter(style: keyof typeof STYLES, timeZone?: string): Intl.DateTimeFormat {
	const key = `${style} ${timeZone ?? ''}`;
	const known = formatters.get(key);
	if (known) return known;
	const made = new Intl.DateTimeFormat('en-GB', { ...STYLES[style], timeZone });
	formatters.set(key, made);
	return made;
}

/** How long ago something was, in as few characters as a list needs: `now`, `5 min`, `3 h`, `2 d`, `12 Mar`. */
export function ageOf(at: Date, now: Date, timeZone?: string): string {
	const ms = now.valueOf() - at.valueOf();
	if (ms < MINUTE) return 'now';
	if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
	if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
	if (ms < 7 * DAY) return `${Math.floor(ms / DAY)} d`;
	const sameYear = at.getUTCFullYear() === now.getUTCFullYear();
	return formatter(sameYear ? 'day' : 'date', timeZone).format(at);
}

/** The same as a sentence's end: `just now`, `5 minutes ago`, `on 12 Mar`. */
export function agoOf(at: Date, now: Date, timeZone?: string): string {
	const ms = now.valueOf() - at.valueOf();
	if (ms < MINUTE) return 'just now';
	if (ms < HOUR) return `${count(Math.floor(ms / MINUTE), 'minute')} ago`;
	if (ms < DAY) return `${count(Math.floor(ms / HOUR), 'hour')} ago`;
	if (ms < 7 * DAY) return `${count(Math.floor(ms / DAY), 'day')} ago`;
	return `on ${ageOf(at, now, timeZone)}`;
}

/** A moment to the minute, with its zone: `23 Nov 2026, 18:05 UTC`. */
export function exactTime(at: Date, timeZone?: string): string {
	return formatter('moment', timeZone).format(at);
}

/** A day without a time: `25 Nov 2026`. @param day in the form `2026-11-25` */
export const dateOf = (day: string): string => formatter('date', 'UTC').format(new Date(day));

/** The time that is left, to the nearest day and at the end to the hour: `7 days left`, `3 hours left`. */
export function timeLeft(until: Date, now: Date): string {
	const ms = until.valueOf() - now.valueOf();
	if (ms >= DAY) return `${count(Math.round(ms / DAY), 'day')} left`;
	if (ms >= HOUR) return `${count(Math.floor(ms / HOUR), 'hour')} left`;
	return ms > 0 ? 'less than an hour left' : 'no time left';
}

/** A number with its noun: `1 day`, `2 days`, `1,024 ideas`. */
export const count = (n: number, noun: string): string =>
	`${numbers.format(n)} ${noun}${n === 1 ? '' : 's'}`;

/** Whether a text is the name of a time zone, such as `Europe/Berlin`. Bare offsets are none. */
export function isTimeZone(text: string): boolean {
	if (!/^[A-Za-z]/.test(text)) return false;
	try {
		return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
	} catch {
		// Intl throws at what it does not know.
		return false;
	}
}

/** The time zones to choose from, and the present one where it is not among them. */
export function timeZones(present?: string | null): string[] {
	const known = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);
	if (present) known.add(present);
	return [...known].sort();
}
