import { visibly } from '$lib/visible-text';
import type { PageData } from './$types';

/** A group as its page has it. */
export type Group = PageData['group'];

/** One of its events, whole. */
export type Event = NonNullable<Group['event']>;

/** The lines of a stack, and whether each is of our own code. */
export function stackLines(stack: string): { text: string; isOwn: boolean }[] {
	return stack.split('\n').map((line) => ({
		text: visibly(line),
		isOwn: !/node_modules|\(node:|at node:|<anonymous>/.test(line)
	}));
}
