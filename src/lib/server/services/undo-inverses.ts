import * as z from 'zod';

const star = z.enum(['none', 'star', 'super']);

/**
 * The inverse of each kind of action: what must still be so, and what to put back. It is kept in the
 * database, so that it works from any instance and after a restart. How it is applied stands in `undo.ts`.
 */
export const Inverse = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('idea.delete'), deletedAt: z.iso.datetime() }),
	z.object({ kind: z.literal('idea.star'), expect: star, restore: star })
]);
export type Inverse = z.infer<typeof Inverse>;

/** The inverse of one kind of action. */
export type InverseOf<Kind extends Inverse['kind']> = Extract<Inverse, { kind: Kind }>;
