import { PairingStart } from '#protocol/pairing';
import { PollPairing } from '$lib/schemas/pairings';
import { AskChallenge, AskTicket, ShowProof } from '$lib/schemas/runners';
import { pollPairing, startPairing } from '$lib/server/services/pairing-requests';
import { makeChallenge } from '$lib/server/services/runner-proofs';
import { issueRunnerTicket } from '$lib/server/services/runner-tickets';
import { unpairRunner } from '$lib/server/services/runners';
import { devModeOnly, router, runnerProcedure } from '../init';

const procedure = runnerProcedure.use(devModeOnly);

/**
 * What runners call. `v1` is frozen: programs on people's computers are not renewed with the app. What they
 * need besides, they find in another version.
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
		unpair: procedure.input(ShowProof).mutation(({ ctx, input }) => unpairRunner(input, ctx))
	})
});
