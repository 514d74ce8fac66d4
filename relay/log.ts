/** From the least to the most serious. */
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
/** How serious a line is. */
export type LogLevel = (typeof LEVELS)[number];

/** What a line may say besides its message: ids, numbers and words of ours; never a ticket or a frame. */
export type LogFields = Record<string, string | number | boolean | undefined>;

/** Writes one line of JSON. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/**
 * A log that writes lines from a level on.
 *
 * @param also is given what is written
 */
export function createLog(minimum: LogLevel, also?: Log): Log {
	return (level, message, fields = {}) => {
		if (LEVELS.indexOf(level) < LEVELS.indexOf(minimum)) return;
		const timestamp = new Date().toISOString();
		console.log(JSON.stringify({ timestamp, level, message, ...fields }));
		also?.(level, message, fields);
	};
}

/** What went wrong, in a line's words: what a library put into its message may hold an address with a password. */
export const problemOf = (cause: unknown): string => {
	if (!(cause instanceof Error)) return 'unknown';
	const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
	return code ?? cause.name;
};
