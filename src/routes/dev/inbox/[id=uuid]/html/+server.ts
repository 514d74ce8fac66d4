import { error } from '@sveltejs/kit';
import { messageFor } from '$lib/messages';
import { orPageError } from '$lib/server/page-error';
import { getInboxMail } from '$lib/server/services/dev-inbox';
import type { RequestHandler } from './$types';

/** A mail can do no more here than where it is read: its own styles, no script, nothing from elsewhere. */
const POLICY = [
	"default-src 'none'",
	"style-src 'unsafe-inline'",
	"frame-ancestors 'self'",
	'sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation'
].join('; ');

/** The HTML of one mail of the development inbox, to be looked at within its page. */
export const GET: RequestHandler = async ({ params, locals, setHeaders }) => {
	const { requestId } = locals;
	const mail = await orPageError(requestId, () => getInboxMail(params.id));
	if (!mail) error(404, { message: messageFor('mail.notFound'), requestId });
	setHeaders({
		'content-type': 'text/html; charset=utf-8',
		'content-security-policy': POLICY,
		'x-frame-options': 'SAMEORIGIN'
	});
	return new Response(mail.html);
};
