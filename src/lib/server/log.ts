import { LOG_LEVELS, type LogLevel } from '$lib/schemas/logs';
import { env, type Env } from './env';
import { drainLine } from './log-drain';
import { requestContext } from './request-context';
import { traceFields } from './tracing';

export type { LogLevel };

const RESERVED = [
	'timestamp',
	'level',
	'message',
	'requestId',
	'route',
	'userId',
	'runId',
	'traceId',
	'spanId'
] as const;
const SECRET_KEY = /pass(word)?$|secret|token|authorization|cookie|api[-_]?key|dsn|database_?url/i;
const SECRET_IN_TEXT: [RegExp, string][] = [
	// Without a bound, a long run of letters would be walked from each of them to its end.
	[/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]+@/gi, '$1[redacted]@'],
	[/([?&](?:token|code|secret|key)=)[^&\s"']+/gi, '$1[redacted]'],
	[/\b(bearer\s+)[\w.~+/=-]+/gi, '$1[redacted]']
];
const DEPTH = 5;
const TEXT_CHARS = 8_000;
const NAME_CHARS = 200;

/** A line before it is text. */
export interface LogEntry extends Record<string, unknown> {
	timestamp: string;
	level: LogLevel;
	message: string;
	requestId?: string;
	route?: string;
	userId?: string;
	runId?: string;
	traceId?: string;
	spanId?: string;
}

/**
 * Writes one line of JSON to the console method of its level, to the log drain where one is set, and to
 * whoever keeps lines.
 *
 * Fields may be anything: errors keep name, message, stack and code; secrets are blanked by name and
 * by shape; a field called like a reserved one (`timestamp`, `level`, …) is kept as `field.<name>`.
 */
export function log(level: LogLevel, message: string, fields: object = {}): void {
	const threshold = minimumLevel();
	if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(threshold)) return;
	const entry = entryOf(level, message, fields);
	const line = JSON.stringify(entry);
	console[level](line);
	drainLine(line);
	keep?.(entry);
}

/** The line that `log` writes, made safe to keep and to send elsewhere. */
export const formatLine = (level: LogLevel, message: string, fields: object): string =>
	JSON.stringify(entryOf(level, message, fields));

function entryOf(level: LogLevel, message: string, fields: object): LogEntry {
	const entry: LogEntry = {
		timestamp: new Date().toISOString(),
		level,
		message: redactText(message),
		...requestContext(),
		...traceFields()
	};
	addFields(entry, fields);
	return entry;
}

/** A line that another program wrote, at its own time and of no request here: secrets blanked as in ours. */
export function foreignEntry(
	{ level, message, at }: { level: LogLevel; message: string; at: Date },
	fields: object
): LogEntry {
	const entry = { timestamp: at.toISOString(), level, message: redactText(message) };
	addFields(entry, fields);
	return entry;
}

function addFields(entry: LogEntry, fields: object): void {
	for (const [key, value] of Object.entries(fields)) {
		const reserved = (RESERVED as readonly string[]).includes(key) && key in entry;
		entry[reserved ? `field.${key}` : key] = SECRET_KEY.test(key)
			? '[redacted]'
			: plain(value, DEPTH);
	}
}

/**
 * Blanks what looks like a secret inside a text: credentials in addresses, tokens, bearer headers. What no
 * database takes, U+0000 and halves of characters, is replaced.
 */
export function redactText(text: string): string {
	let safe = text.length > TEXT_CHARS ? `${text.slice(0, TEXT_CHARS)}…` : text;
	safe = safe.replaceAll('\u0000', '\ufffd').toWellFormed();
	for (const [shape, replacement] of SECRET_IN_TEXT) safe = safe.replace(shape, replacement);
	return safe;
}

/** A copy of `value` that JSON can hold: bounded in depth, errors spelled out, secrets blanked. */
function plain(value: unknown, depth: number): unknown {
	if (typeof value === 'string') return redactText(value);
	if (typeof value === 'bigint') return value.toString();
	if (typeof value === 'function' || typeof value === 'symbol') return String(value);
	if (value === null || typeof value !== 'object') return value;
	if (value instanceof Date) return Number.isNaN(value.valueOf()) ? null : value.toISOString();
	if (depth === 0) return '…';
	if (value instanceof Error) {
		const { name, message, stack, cause } = value;
		const code = 'code' in value ? value.code : undefined;
		return plain({ name, code, message, stack, cause }, depth);
	}
	if (Array.isArray(value)) return value.slice(0, 100).map((item) => plain(item, depth - 1));
	return Object.fromEntries(
		Object.entries(value)
			.slice(0, 100)
			.map(([key, item]) => [
				redactText(key.slice(0, NAME_CHARS)),
				SECRET_KEY.test(key) ? '[redacted]' : plain(item, depth - 1)
			])
	);
}

let keep: ((entry: LogEntry) => void) | undefined;

/** Lets something keep every line that is written. It may neither throw nor log. */
export function setLogKeeper(keeper: ((entry: LogEntry) => void) | undefined): void {
	keep = keeper;
}

let configured: Env['LOG_LEVEL'] | undefined;
let override: () => LogLevel | undefined = () => undefined;

/** Lets something else than the environment say from which level on lines are written. */
export function setLogLevelSource(source: () => LogLevel | undefined): void {
	override = source;
}

/** A broken environment is reported by the boot check; logging must work all the same. */
function minimumLevel(): LogLevel {
	const said = override() ?? configured;
	if (said) return said;
	try {
		return (configured = env().LOG_LEVEL);
	} catch {
		return 'info';
	}
}
