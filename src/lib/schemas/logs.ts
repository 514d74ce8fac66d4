import * as z from 'zod';

/** From the least to the most serious. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** How serious a line is. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The programs that something is noticed in. */
export const PROGRAM_SOURCES = ['app', 'relay', 'runner', 'browser'] as const;

/** Which program something was noticed in. */
export type ProgramSource = (typeof PROGRAM_SOURCES)[number];

/** Text as the database takes it: no line has U+0000 or a lone surrogate. */
const text = (max: number) =>
	z
		.string()
		.trim()
		.max(max)
		.transform((value) => value.replaceAll('\u0000', '').toWellFormed())
		.default('');

/** A time of a form, in UTC where it names no zone: `2026-11-26T17:00`. */
const moment = z
	.union([z.literal(''), z.iso.datetime({ local: true, offset: true })], {
		error: 'Write a time as 2026-11-26T17:00.'
	})
	.refine((value) => value === '' || utcTime(value).valueOf() >= 0, 'That is too long ago.')
	.default('');

/** The moment that a filter names. */
export const utcTime = (value: string): Date =>
	new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);

/** Which lines of the log an admin looks for. An empty text finds all. */
export const LogFilter = z.object({
	/** Anywhere in the message or in its fields. */
	text: text(200),
	/** This level and those above it. */
	level: z.enum(['', ...LOG_LEVELS], { error: `Filter by ${LOG_LEVELS.join(', ')}.` }).default(''),
	route: text(300),
	/** The number of one request. */
	request: text(64),
	/** A person: an address or an id. */
	user: text(320),
	/** One run of a task. */
	run: text(64),
	source: z
		.enum(['', ...PROGRAM_SOURCES], { error: `Filter by ${PROGRAM_SOURCES.join(', ')}.` })
		.default(''),
	/** How the commit begins that wrote the line. */
	release: text(64),
	from: moment,
	to: moment
});
export type LogFilter = z.output<typeof LogFilter>;

/** One page of the log. `cursor` is the last page's `nextCursor`. */
export const ListLogs = LogFilter.extend({ cursor: z.string().max(2_048).optional() });
export type ListLogs = z.output<typeof ListLogs>;

/** What has come since a moment, and before a line where a page did not hold it all. */
export const TailLogs = LogFilter.extend({
	since: z.date(),
	before: z.object({ at: z.date(), id: z.uuid() }).optional()
});
export type TailLogs = z.output<typeof TailLogs>;

/** Everything that carries the number of one request. */
export const RequestNumber = z.object({ request: text(64).refine((value) => value !== '') });
export type RequestNumber = z.output<typeof RequestNumber>;

/** The filter that an address holds. What makes no sense in it finds all. */
export function logFilterIn(given: URLSearchParams): LogFilter {
	const entries = Object.entries(LogFilter.shape).map(([name, shape]) => {
		const parsed = shape.safeParse(given.get(name) ?? '');
		return [name, parsed.success ? parsed.data : ''];
	});
	return LogFilter.parse(Object.fromEntries(entries));
}
