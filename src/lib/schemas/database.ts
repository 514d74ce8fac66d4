import * as z from 'zod';

/** The number of a connection, as Postgres has it. */
const Pid = z.coerce.number().int().positive().max(2_147_483_647);

/** A moment as Postgres writes it, to the microsecond: a number alone is given to somebody else some day. */
const Moment = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/);

/** Which statement to cancel: that of this connection which began then. */
export const CancelStatement = z.object({ pid: Pid, startedAt: Moment });
export type CancelStatement = z.infer<typeof CancelStatement>;

/** Which connection to end: the one that was made then. */
export const EndConnection = z.object({ pid: Pid, connectedAt: Moment });
export type EndConnection = z.infer<typeof EndConnection>;

/** Over how long the program's own statements are added up, in hours. */
export const TIMES_OVER_HOURS = [1, 24, 168] as const;

/** How far back. */
export const StatementTimes = z.object({
	hours: z.union([z.literal(1), z.literal(24), z.literal(168)]).default(24)
});
export type StatementTimes = z.infer<typeof StatementTimes>;
