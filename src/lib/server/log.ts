import { env, type Env } from './env';
import { drainLine } from './log-drain';
import { requestContext } from './request-context';

/** From the least to the most serious. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const RESERVED = [
	'timestamp',
	'level',
	'message',
	'requestId',
	'route',
	'userId',
	'runId'
] as const;
const SECRET_KEY = /pass(word)?$|secret|token|authorization|cookie|api[-_]?key|dsn|database_?url/i;
const SECRET_IN_TEXT: [RegExp, string][] = [
	[/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1[redacted]@'],
	[/([?&](?:token|code|secret|key)=)[^&\s"']+/gi, '$1[redacted]'],
	[/\b(bearer\s+)[\w.~+/=-]+/gi, '$1[redacted]']
];
const DEPTH = 5;
const TEXT_CHARS = 8_000;

/**
 * Writes one line of JSON to the console method of its level, and to the log drain where one is set.
 *
 * Fields may be anything: errors keep name, message, stack and code; secrets are blanked by name and
 * by shape; a field called like a reserved one (`timestamp`, `level`, …) is kept as `field.<name>`.
 */
export function log(level: LogLevel, message: string, fields: object = {}): void {
	const threshold = minimumLevel();
	if (LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return;
	const line = formatLine(level, message, fields);
	console[level](line);
	drainLine(line);
}

/** The line that `log` writes, made safe to keep and to send elsewhere. */
export function formatLine(level: LogLevel, message: string, fields: object): string {
	const entry: Record<string, unknown> = {
		timestamp: new Date().toISOString(),
		level,
		message: redactText(message),
		...requestContext()
	};
	for (const [key, value] of Object.entries(fields)) {
		const reserved = (RESERVED as readonly string[]).includes(key) && key in entry;
		entry[reserved ? `field.${key}` : key] = SECRET_KEY.test(key)
			? '[redacted]'
			: plain(value, DEPTH);
	}
	return JSON.stringify(entry);
}

/** Blanks what looks like a secret inside a text: credentials in addresses, tokens, bearer headers. */
export function redactText(text: string): string {
	let safe = text.length > TEXT_CHARS ? `${text.slice(0, TEXT_CHARS)}…` : text;
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
			.map(([key, item]) => [key, SECRET_KEY.test(key) ? '[redacted]' : plain(item, depth - 1)])
	);
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
