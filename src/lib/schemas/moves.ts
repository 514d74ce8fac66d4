import * as z from 'zod';

const id = z.uuid({ error: 'That is not the id of anything in this list.' });

/**
 * A new place in an order, told by one neighbour, so that it works in a list that is filtered or not
 * all loaded: right behind `after`, or right before `before`. With neither it goes to the top.
 */
export const Move = z
	.object({ id, after: id.optional(), before: id.optional() })
	.refine(({ after, before }) => !(after && before), 'Name one neighbour, not two.')
	.refine(({ id: own, after, before }) => own !== after && own !== before, {
		error: 'Nothing stands beside itself.'
	});
export type Move = z.output<typeof Move>;
