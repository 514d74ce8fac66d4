import { AnnouncementId } from '$lib/schemas/switches';
import { acknowledgeAnnouncement, currentAnnouncement } from '$lib/server/services/announcements';
import { router, userProcedure } from '../init';

export const announcements = router({
	/** What the caller has not read yet, or nothing. */
	current: userProcedure.query(({ ctx }) => currentAnnouncement(ctx.actor)),

	/** The caller has read it: it is shown to them no more, in any browser. */
	acknowledge: userProcedure
		.input(AnnouncementId)
		.mutation(({ ctx, input }) => acknowledgeAnnouncement(ctx.actor, input))
});
