import * as z from 'zod';
import { RunnerFault } from '#protocol/faults';
import { WIRE } from '#protocol/limits';
import { shownName, shownVersion } from '#protocol/pairing';
import { messageFor } from '$lib/messages';

const id = z.uuid({ error: messageFor('runner.notFound') });

/** One computer by its id. */
export const RunnerId = z.object({ id });
export type RunnerId = z.output<typeof RunnerId>;

/** Another name for a computer. */
export const RenameRunner = z.object({ id, name: shownName });
export type RenameRunner = z.output<typeof RenameRunner>;

/** Whether "any of mine" means this computer, too. */
export const SwitchRunner = z.object({ id, isForAny: z.boolean() });
export type SwitchRunner = z.output<typeof SwitchRunner>;

/** Whoever asks for a challenge: nothing of it is secret. */
export const AskChallenge = z.object({ runnerId: id });
export type AskChallenge = z.output<typeof AskChallenge>;

/** What a computer shows: its credential, and the answer to a challenge. */
export const ShowProof = z.object({
	runnerId: id,
	credential: z.string().length(43),
	challenge: z.string().max(200),
	proof: z.string().max(100)
});
export type ShowProof = z.output<typeof ShowProof>;

/** What it shows to get a ticket. */
export const AskTicket = ShowProof.extend({
	/** The runner's version, which changes when it is renewed. */
	version: shownVersion.optional()
});
export type AskTicket = z.output<typeof AskTicket>;

/** What it shows to tell of faults of its own. */
export const TellFaults = ShowProof.extend({
	faults: z.array(RunnerFault).min(1).max(WIRE.faultsPerCall)
});
export type TellFaults = z.output<typeof TellFaults>;
