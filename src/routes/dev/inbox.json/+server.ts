import { json } from '@sveltejs/kit';
import { linksIn } from '$lib/server/mail/mail';
import { orPageError } from '$lib/server/page-error';
import { listInbox } from '$lib/server/services/dev-inbox';
import type { RequestHandler } from './$types';

/** The mails of the development inbox, newest first: `[{ to, subject, text, html, links, at }]`. */
export const GET: RequestHandler = async ({ locals }) => {
	const mails = await orPageError(locals.requestId, () => listInbox());
	return json(
		mails.map(({ to, subject, text, html, at }) => ({
			to,
			subject,
			text,
			html,
			links: linksIn(text),
			at
		}))
	);
};
