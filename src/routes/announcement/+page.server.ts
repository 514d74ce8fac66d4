import { redirect } from '@sveltejs/kit';
import { AnnouncementId } from '$lib/schemas/switches';
import { safeCallbackUrl } from '$lib/server/auth/callback-url';
import { maintenanceNow } from '$lib/server/maintenance';
import { closeAnnouncement } from '$lib/server/notices';
import type { Actions, PageServerLoad } from './$types';

/** There is nothing to see: announcements stand above the other pages. */
export const load: PageServerLoad = () => redirect(303, '/');

export const actions: Actions = {
	/** Closes an announcement: for this browser at once, and for the person everywhere when that can be saved. */
	default: async (event) => {
		const form = await event.request.formData();
		const read = AnnouncementId.safeParse({ id: form.get('id') });
		if (read.success) {
			const { session, trpc } = event.locals;
			if (session && maintenanceNow().mode === 'off')
				await trpc.announcements.acknowledge(read.data);
			closeAnnouncement(event, read.data.id);
		}
		redirect(303, backTo(form.get('back')));
	}
};

/** Signed out one closes it on the sign-in page, which a callback never leads to. */
function backTo(asked: FormDataEntryValue | null): string {
	return typeof asked === 'string' && /^\/(sign-in|report)(\?|$)/.test(asked)
		? asked
		: safeCallbackUrl(asked);
}
