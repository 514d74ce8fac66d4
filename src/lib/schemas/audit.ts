import * as z from 'zod';

const cursor = z.string().max(2_048).optional();
const text = (max: number) => z.string().trim().max(max).default('');
const day = z
	.union([z.literal(''), z.iso.date()], { error: 'Write a day as 2026-11-25.' })
	.default('');

/** How an act ended. */
export const AUDIT_OUTCOMES = ['done', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Which entries of the audit an admin looks for. An empty text finds all. */
export const AuditFilter = z.object({
	/** How the action begins: `idea.` or `idea.delete`. */
	action: text(80),
	/** Who did it: an address or an id, or the name of a task. */
	actor: text(320),
	/** What it was done to: an id, or a person's address. */
	target: text(320),
	outcome: z
		.enum(['', ...AUDIT_OUTCOMES], { error: `Filter by ${AUDIT_OUTCOMES.join(', ')}.` })
		.default(''),
	/** The first and the last day, in UTC. */
	from: day,
	to: day,
	/** The number of one request. */
	request: text(64)
});
export type AuditFilter = z.output<typeof AuditFilter>;

/** One page of the audit. `cursor` is the last page's `nextCursor`. */
export const ListAudit = AuditFilter.extend({ cursor });
export type ListAudit = z.output<typeof ListAudit>;

/** Beginning an export of what a filter finds. */
export const AUDIT_FORMATS = ['csv', 'json'] as const;
export const ExportAudit = AuditFilter.extend({
	format: z.enum(AUDIT_FORMATS, { error: `Export as ${AUDIT_FORMATS.join(' or ')}.` })
});
export type ExportAudit = z.output<typeof ExportAudit>;

/** One page of a person's own trail. */
export const ListTrail = z.object({ cursor });
export type ListTrail = z.output<typeof ListTrail>;

/** The filter that an address or a form holds. What makes no sense in it finds all. */
export function auditFilterIn(given: URLSearchParams | FormData): AuditFilter {
	const entries = Object.entries(AuditFilter.shape).map(([name, shape]) => {
		const parsed = shape.safeParse(given.get(name) ?? '');
		return [name, parsed.success ? parsed.data : ''];
	});
	return AuditFilter.parse(Object.fromEntries(entries));
}
