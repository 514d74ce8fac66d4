import { linksIn } from '$lib/server/mail/mail';
import { orPageError } from '$lib/server/page-error';
import { listInbox } from '$lib/server/services/dev-inbox';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const mails = await orPageError(locals.requestId, () => listInbox());
	return {
		mails: mails.map(({ id, to, subject, text, at }) => ({
			id,
			to,
			subject,
			text,
			at,
			links: linksIn(text)
		}))
	};
};
