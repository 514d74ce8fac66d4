import { PairingStart } from '#protocol/pairing';
import { PollPairing } from '$lib/schemas/pairings';
import { AskChallenge, AskTicket, ShowProof, TellFaults } from '$lib/schemas/runners';
import { pollPairing, startPairing } from '$lib/server/services/pairing-requests';
import { takeRunnerFaults } from '$lib/server/services/runner-faults';
import { makeChallenge } from '$lib/server/services/runner-proofs';
import { issueRunnerTicket } from '$lib/server/services/runner-tickets';
import { unpairRunner } from '$lib/server/services/runners';
import { devModeOnly, router, runnerProcedure } from '../init';

const procedure = runnerProcedure.use(devModeOnly);

/**
 * What runners call. `v1` is frozen: programs on people's computers are not renewed with the app. What is here stays as
 * it is; there may come what a runner can do without, because an app that is older answers NOT_FOUND. What they need
 * besides, they find in another version.
 */
export const runner = router({
	v1: router({
		pairing: router({
			/** Asks to be paired. */
			start: procedure.input(PairingStart).mutation(({ ctx, input }) => startPairing(input, ctx)),

			/** Asks whether it is approved by now. */
			poll: procedure.input(PollPairing).mutation(({ ctx, input }) => pollPairing(input, ctx))
		}),

		/** Something to sign, for `ticket` and `unpair`. It changes nothing and asks nothing of the database. */
		challenge: procedure.input(AskChallenge).query(({ input }) => makeChallenge(input)),

		/** What lets a computer into the relay. */
		ticket: procedure.input(AskTicket).mutation(({ ctx, input }) => issueRunnerTicket(input, ctx)),

		/** The computer leaves, as if its person had unpaired it. */
		unpair: procedure.input(ShowProof).mutation(({ ctx, input }) => unpairRunner(input, ctx)),

		/** Faults of the computer's runner itself, where its person has said that it may. A runner can do without. */
		faults: procedure.input(TellFaults).mutation(({ ctx, input }) => takeRunnerFaults(input, ctx))
	})
});
