import * as z from 'zod';

/** The token that came with the action to undo. */
export const UndoToken = z.object({
	token: z.string({ error: 'There is nothing to undo.' }).min(1).max(128)
});
export type UndoToken = z.output<typeof UndoToken>;
