import { ListMails, MailId, SuppressedAddress, UnsubscribeToken } from '$lib/schemas/mails';
import { getUnsubscription, unsubscribe } from '$lib/server/services/mail-topics';
import { liftSuppression, listSuppressions } from '$lib/server/services/mail-suppressions';
import { getMailFigures, listMails, sendMailAgain } from '$lib/server/services/mails';
import { adminProcedure, publicProcedure, router } from '../init';

export const mails = router({
	/** One page of the mail log. What a mail says is never in it. */
	list: adminProcedure.input(ListMails).query(({ input }) => listMails(input)),

	/** How the mails of the last day stand, and since when the oldest waits. */
	figures: adminProcedure.query(() => getMailFigures()),

	/** The addresses that nothing is sent to, the latest first. */
	listSuppressions: adminProcedure
		.input(ListMails.pick({ recipient: true }))
		.query(({ input }) => listSuppressions(input)),

	sendAgain: adminProcedure
		.input(MailId)
		.mutation(({ ctx, input }) => sendMailAgain(ctx.actor, input)),

	liftSuppression: adminProcedure
		.input(SuppressedAddress)
		.mutation(({ ctx, input }) => liftSuppression(ctx.actor, input)),

	/** What a link from a mail would stop. */
	unsubscription: publicProcedure
		.input(UnsubscribeToken)
		.query(({ input }) => getUnsubscription(input)),

	/** For whoever holds the mail, signed in or not. */
	unsubscribe: publicProcedure
		.input(UnsubscribeToken)
		.mutation(({ ctx, input }) => unsubscribe(ctx.requestId, input))
});
