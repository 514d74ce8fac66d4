import { TRPCClientError } from '@trpc/client';
import type { Feature } from '$lib/features';
import type { Idea } from '$lib/ideas';
import type { PageReason } from '$lib/page-messages';
import { trpc } from '$lib/trpc';
import type { Trouble, Waiting } from '$lib/waiting';

const ANSWER_MS = 30_000;

/** What the server has made of something. */
export interface Delivery {
	idea?: Idea & { notice?: PageReason };
	feature?: Feature;
	/** Why nothing was saved: the person has to look at it. */
	trouble?: Trouble;
}

/** Code that does not come is as if no answer came. */
function notReached(cause: unknown): never {
	throw TRPCClientError.from(cause instanceof Error ? cause : new Error(String(cause)));
}

/** Sends one thing. Sending it again, because the answer was lost, changes nothing. @throws what the call throws */
export async function deliver(entry: Waiting): Promise<Delivery> {
	const { key } = entry;
	// A call that never ends would hold up everything behind it.
	const options = { signal: AbortSignal.timeout(ANSWER_MS) };
	if (entry.kind === 'idea') {
		const { title, notes, star, linkUrl } = entry.idea;
		const input = { clientKey: key, title, notes, star, linkUrl };
		return { idea: await trpc.ideas.create.mutate(input, options) };
	}
	if (entry.kind === 'feature') {
		const input = { ...entry.feature, clientKey: key };
		return { feature: await trpc.features.create.mutate(input, options) };
	}
	const { deliverEdit } = await import('./outbox-edits').catch(notReached);
	return deliverEdit(entry);
}
