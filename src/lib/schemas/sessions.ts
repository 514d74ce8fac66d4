import * as z from 'zod';

/** One session by its id. */
export const SessionId = z.object({ id: z.uuid({ error: 'That is not the id of a session.' }) });
export type SessionId = z.output<typeof SessionId>;
