import {
	Confirmed,
	LinkToken,
	NoteTimeZone,
	RequestDeletion,
	RequestEmailChange,
	UpdateProfile
} from '$lib/schemas/account';
import { exportAccount } from '$lib/server/services/account-export';
import { requestDeletion } from '$lib/server/services/accounts';
import {
	confirmEmailChange,
	getEmailChange,
	requestEmailChange
} from '$lib/server/services/email-changes';
import { getProfile, getUsage, noteTimeZone, updateProfile } from '$lib/server/services/profiles';
import { freshProcedure, notOverHttp, router, userProcedure } from '../init';

/** The caller's own account. */
export const account = router({
	getProfile: userProcedure.query(({ ctx }) => getProfile(ctx.actor)),

	updateProfile: userProcedure
		.input(UpdateProfile)
		.mutation(({ ctx, input }) => updateProfile(ctx.actor, input)),

	/** Keeps the browser's zone where none was chosen. */
	noteTimeZone: userProcedure
		.input(NoteTimeZone)
		.mutation(({ ctx, input }) => noteTimeZone(ctx.actor, input)),

	/** How much of each quota is used. */
	usage: userProcedure.query(({ ctx }) => getUsage(ctx.actor)),

	/** Sends a link to the new address. The answer says nothing about who has it already. */
	requestEmailChange: freshProcedure
		.input(RequestEmailChange)
		.mutation(({ ctx, input }) => requestEmailChange(ctx.actor, { ...input, origin: ctx.origin })),

	/** What a link would change, without using it up. NOT_FOUND when it is not the caller's. */
	getEmailChange: userProcedure
		.input(LinkToken)
		.query(({ ctx, input }) => getEmailChange(ctx.actor, input)),

	/** CONFLICT when the address was taken meanwhile. */
	confirmEmailChange: userProcedure
		.input(LinkToken)
		.mutation(({ ctx, input }) => confirmEmailChange(ctx.actor, input)),

	/** Everything about the caller as JSON, in pieces. For this server's own callers: it has no form over HTTP. */
	export: freshProcedure
		.use(notOverHttp)
		.input(Confirmed)
		.mutation(({ ctx }) => exportAccount(ctx.actor)),

	/** Ends all sessions; after the grace the account goes. `email` is typed by the person. */
	requestDeletion: freshProcedure
		.input(RequestDeletion)
		.mutation(({ ctx, input }) => requestDeletion(ctx.actor, { ...input, origin: ctx.origin }))
});
