/** When nobody is woken for what can wait. */
export interface QuietTimes {
	/** Minutes since midnight in the zone; the end may lie on the next day. */
	fromMinute: number;
	untilMinute: number;
	timeZone: string;
	/** The gravest severity that waits. */
	fromSeverity: number;
}

/** Beyond every severity there is: nothing waits. */
const NOTHING_WAITS = 5;

/** From which severity on alerts wait at a moment. The gravest never does. */
export function heldFrom(quiet: QuietTimes | null, at: Date): number {
	if (!quiet) return NOTHING_WAITS;
	const { fromMinute, untilMinute, timeZone, fromSeverity } = quiet;
	const minute = minuteOfDay(at, timeZone);
	const isQuiet =
		fromMinute <= untilMinute
			? minute >= fromMinute && minute < untilMinute
			: minute >= fromMinute || minute < untilMinute;
	return isQuiet ? Math.max(2, fromSeverity) : NOTHING_WAITS;
}

function minuteOfDay(at: Date, timeZone: string): number {
	const parts = new Intl.DateTimeFormat('en-GB', {
		timeZone,
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23'
	}).formatToParts(at);
	const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
	return part('hour') * 60 + part('minute');
}
