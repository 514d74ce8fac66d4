import type { IncidentStatus } from './schemas/incidents';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long its texts may be, apart from those of the product: no other page needs them. */
export const INCIDENT_LIMITS = { titleChars: 200, actionChars: 500 } as const;

/** What the severities mean, and how soon somebody has to begin. */
export const SEVERITIES = [
	{
		severity: 1,
		means: 'nobody can use Coda, data is lost, or someone broke in',
		beginMs: 15 * MINUTE,
		begin: '15 minutes'
	},
	{
		severity: 2,
		means: 'signing in or saving ideas fails, or pages take over 5 s',
		beginMs: HOUR,
		begin: '1 hour'
	},
	{
		severity: 3,
		means: 'something smaller fails, or now and then',
		beginMs: 4 * HOUR,
		begin: '4 hours'
	},
	{ severity: 4, means: 'it looks wrong', beginMs: 14 * DAY, begin: 'the next sprint' }
] as const;

/** What the clock of an incident goes by. */
export interface Clock {
	severity: number;
	openedAt: Date;
	/** Later than its opening where it became graver. */
	clockFrom?: Date | null;
}

/** When somebody has to have acknowledged an incident. */
export function acknowledgeBy({ severity, openedAt, clockFrom }: Clock): Date {
	const known = SEVERITIES.find((one) => one.severity === severity) ?? SEVERITIES[3];
	return new Date((clockFrom ?? openedAt).valueOf() + known.beginMs);
}

/** Whether nobody has acknowledged it in time. */
export function isOverdue(
	incident: Clock & {
		acknowledgedAt: Date | null;
		resolvedAt: Date | null;
	},
	now: Date
): boolean {
	if (incident.acknowledgedAt || incident.resolvedAt) return false;
	return acknowledgeBy(incident) < now;
}

/** What each status is called. */
export const STATUS_WORDS: Record<IncidentStatus, string> = {
	investigating: 'Investigating',
	identified: 'Cause found',
	monitoring: 'Mended, being watched',
	resolved: 'Over'
};
