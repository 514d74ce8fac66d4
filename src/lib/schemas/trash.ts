import * as z from 'zod';
import { LIMITS } from '../limits';

/** One page of the Trash. `cursor` is the last page's `nextCursor`. */
export const ListTrash = z.object({ cursor: z.string().max(2_048).optional() });
export type ListTrash = z.output<typeof ListTrash>;

const ids = (label: string) =>
	z
		.array(z.uuid({ error: `That is not the id of ${label}.` }))
		.refine((all) => new Set(all).size === all.length, `${label} was named twice.`)
		.default([]);

const selection = z.object({ ideas: ids('an idea'), features: ids('a feature') });

const sizeOf = ({ ideas, features }: z.output<typeof selection>) => ideas.length + features.length;
const isSome = (things: z.output<typeof selection>) => sizeOf(things) > 0;
const isNotTooMuch = (things: z.output<typeof selection>) => sizeOf(things) <= LIMITS.selected;
const TOO_MUCH = `At most ${LIMITS.selected.toLocaleString('en')} at once.`;

/** Ideas and features in the Trash that were selected together. */
export const TrashSelection = selection
	.refine(isSome, 'Choose something.')
	.refine(isNotTooMuch, TOO_MUCH);
export type TrashSelection = z.output<typeof TrashSelection>;

/** Deleting several for good: how many they are is typed, so that it does not happen by accident. */
export const PurgeSelection = selection
	.extend({ count: z.coerce.number({ error: 'Type how many they are.' }) })
	.refine(isSome, 'Choose something.')
	.refine(isNotTooMuch, TOO_MUCH);
export type PurgeSelection = z.output<typeof PurgeSelection>;
