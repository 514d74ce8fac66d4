import * as z from 'zod';
import { LIMITS } from '../limits';
import { line, text } from './text';

/** What of an address may be kept: the path, because queries and fragments can hold secrets. */
export function pathOnly(address: string): string {
	const base = 'http://coda.invalid';
	return URL.canParse(address, base) ? new URL(address, base).pathname : '/';
}

/** A problem as someone tells it, with where and when it was. */
export const ReportProblem = z.object({
	text: text({ label: 'What happened', maxChars: LIMITS.problemChars })
		.transform((value) => value.replace(/\r\n?/g, '\n').trim())
		.refine((value) => value !== '', 'Say what happened, in a sentence or two.'),
	page: line({ label: 'Page', maxChars: LIMITS.linkUrlChars }).transform(pathOnly),
	/** The request that went wrong, as its error page named it. */
	requestId: z
		.string()
		.max(200)
		.transform((value) => (/^[\w.:-]{8,64}$/.test(value) ? value : null))
});
export type ReportProblem = z.output<typeof ReportProblem>;

/** One page of what was reported. */
export const ListProblems = z.object({ cursor: z.string().max(200).optional() });
export type ListProblems = z.output<typeof ListProblems>;
