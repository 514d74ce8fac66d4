import { PairingStart } from '#protocol/pairing';
import { PollPairing } from '$lib/schemas/pairings';
import { AskChallenge, AskTicket } from '$lib/schemas/runners';
import { pollPairing, startPairing } from '$lib/server/services/pairing-requests';
import { issueRunnerTicket, makeChallenge } from '$lib/server/services/runner-tickets';
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

		/** Something to sign, for `ticket`. It changes nothing and asks nothing of the database. */
		challenge: procedure.input(AskChallenge).query(({ input }) => makeChallenge(input)),

		/** What lets a computer into the relay. */
		ticket: procedure.input(AskTicket).mutation(({ ctx, input }) => issueRunnerTicket(input, ctx))
	})
});
