import {
	AddChannel,
	AlertId,
	ChannelId,
	ChannelName,
	SetQuietHours,
	SetRule
} from '$lib/schemas/alerts';
import { addChannel, listChannels, removeChannel } from '$lib/server/services/alert-channels';
import { testChannel } from '$lib/server/services/alert-trials';
import {
	getQuietHours,
	listAlerts,
	listFiring,
	listRules,
	setQuietHours,
	setRule
} from '$lib/server/services/alerts';
import { endOutside } from '$lib/server/services/outside-signals';
import { adminProcedure, freshAdminProcedure, router } from '../init';

export const alerts = router({
	/** What fires, and what fired last. */
	list: adminProcedure.query(({ ctx }) => listAlerts(ctx.actor)),

	/** What fires now, and since when. */
	firing: adminProcedure.query(({ ctx }) => listFiring(ctx.actor)),

	/** Ends what a monitor outside does not end. */
	endOutside: adminProcedure
		.input(AlertId)
		.mutation(({ ctx, input }) => endOutside(ctx.actor, input)),

	/** Every rule with its last readings. */
	rules: adminProcedure.query(({ ctx }) => listRules(ctx.actor)),

	/** On, off, or silent for a while. */
	setRule: adminProcedure.input(SetRule).mutation(({ ctx, input }) => setRule(ctx.actor, input)),

	/** The channels, without what is secret of them. */
	channels: adminProcedure.query(({ ctx }) => listChannels(ctx.actor)),

	/** Answers the secret that messages are signed with, which is shown this once. */
	addChannel: freshAdminProcedure
		.input(AddChannel)
		.mutation(({ ctx, input }) => addChannel(ctx.actor, input)),

	removeChannel: adminProcedure
		.input(ChannelId)
		.mutation(({ ctx, input }) => removeChannel(ctx.actor, input)),

	/** Sends a test message now and waits for it. */
	testChannel: adminProcedure
		.input(ChannelName)
		.mutation(({ ctx, input }) => testChannel(ctx.actor, input)),

	quietHours: adminProcedure.query(({ ctx }) => getQuietHours(ctx.actor)),

	setQuietHours: adminProcedure
		.input(SetQuietHours)
		.mutation(({ ctx, input }) => setQuietHours(ctx.actor, input))
});
