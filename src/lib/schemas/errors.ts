import * as z from 'zod';
import { PROGRAM_SOURCES } from './logs';

/** Text as the database takes it, cut where it is too long: whoever reports an error is not told that it is. */
const cut = (max: number) =>
	z
		.string()
		.transform((value) => value.slice(0, max).replaceAll('\u0000', '\ufffd').toWellFormed());

/** What happened before an error, the latest last. */
export const Breadcrumb = z.object({
	/** Milliseconds since 1970, by the clock of whoever reports. */
	atMs: z.number().int().min(0).max(8.64e15),
	kind: z.enum(['page', 'call']),
	/** A path, without what follows it. */
	path: cut(300),
	/** What a call was answered with; 0 where it was not. */
	status: z.number().int().min(0).max(999).optional()
});
export type Breadcrumb = z.output<typeof Breadcrumb>;

/** An error as a browser, a relay or a computer tells of it. */
export const ReportedError = z.object({
	/** The class: `TypeError`. */
	kind: cut(80),
	message: cut(1_000),
	stack: cut(8_000).default(''),
	/** Where it was: kit's name of a route, or a path. */
	route: cut(300).default(''),
	/** The build that it happened in. */
	release: cut(64).default(''),
	breadcrumbs: z.array(Breadcrumb).max(30).default([])
});
export type ReportedError = z.output<typeof ReportedError>;

/** Groups that wait for somebody, or those that somebody has dealt with. */
export const ERROR_STATES = ['open', 'resolved'] as const;

const text = (max: number) =>
	z
		.string()
		.trim()
		.max(max)
		.transform((value) => value.replaceAll('\u0000', '').toWellFormed())
		.default('');

/** Which groups of errors an admin looks for. */
export const ErrorFilter = z.object({
	state: z.enum(ERROR_STATES, { error: 'Filter by open or resolved.' }).default('open'),
	/** Anywhere in the class, the message or the place. */
	text: text(200),
	source: z
		.enum(['', ...PROGRAM_SOURCES], { error: `Filter by ${PROGRAM_SOURCES.join(', ')}.` })
		.default(''),
	/** How the commit begins in which it was seen last. */
	release: text(64)
});
export type ErrorFilter = z.output<typeof ErrorFilter>;

/** One page of the groups. `cursor` is the last page's `nextCursor`. */
export const ListErrors = ErrorFilter.extend({ cursor: z.string().max(2_048).optional() });
export type ListErrors = z.output<typeof ListErrors>;

/** One group, and which of its events is looked at; the latest where none is named. */
export const GetErrorGroup = z.object({ id: z.uuid(), eventId: z.uuid().optional() });
export type GetErrorGroup = z.output<typeof GetErrorGroup>;

/** A group that somebody has dealt with, or that is open again. */
export const ErrorGroupId = z.object({ id: z.uuid() });
export type ErrorGroupId = z.output<typeof ErrorGroupId>;
