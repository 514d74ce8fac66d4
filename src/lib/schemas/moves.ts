import * as z from 'zod';
import { LIMITS } from '../limits';

const id = z.uuid({ error: 'That is not the id of anything in this list.' });

/**
 * A new place in an order, told by one neighbour or an end, so that it works in a list that is filtered or
 * not all loaded: right behind `after`, right before `before`, or at the end that `to` names. Without any of
 * them it is the top.
 */
const spot = {
	after: id.optional(),
	before: id.optional(),
	to: z.enum(['top', 'bottom'], { error: 'Choose top or bottom.' }).optional()
};

/** Where something shall stand. */
export type Spot = z.output<z.ZodObject<typeof spot>>;

const isOnePlace = ({ after, before, to }: Spot) =>
	[after, before, to].filter((one) => one !== undefined).length <= 1;
const ONE_PLACE = 'Name one neighbour or one end, not two.';

/** One thing to another place. */
export const Move = z
	.object({ id, ...spot })
	.refine(isOnePlace, ONE_PLACE)
	.refine(({ id: own, after, before }) => own !== after && own !== before, {
		error: 'Nothing stands beside itself.'
	});
export type Move = z.output<typeof Move>;

/** Different things, as many as one act may be about. */
export const Selected = z
	.array(id, { error: 'Say which ones.' })
	.min(1, 'Say which ones.')
	.max(LIMITS.selected, `At most ${LIMITS.selected.toLocaleString('en')} at a time.`)
	.refine((ids) => new Set(ids).size === ids.length, 'Something stands there twice.');

/** Several things to one place. They keep their order. */
export const MoveMany = z
	.object({ ids: Selected, ...spot })
	.refine(isOnePlace, ONE_PLACE)
	.refine(({ ids, after, before }) => ![after, before].some((one) => one && ids.includes(one)), {
		error: 'Nothing stands beside itself.'
	});
export type MoveMany = z.output<typeof MoveMany>;
