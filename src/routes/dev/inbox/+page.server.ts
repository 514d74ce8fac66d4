import { linksIn } from '$lib/server/mail/mail';
import { orPageError } from '$lib/server/page-error';
import { listInbox } from '$lib/server/services/dev-inbox';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const mails = await orPageError(locals.requestId, () => listInbox());
	const open = mails.find(({ id }) => id === url.searchParams.get('mail')) ?? mails[0];
	return {
		mails: mails.map(({ id, to, subject, template, at }) => ({ id, to, subject, template, at })),
		open: open && { ...shown(open), links: linksIn(open.text) },
		as: url.searchParams.get('as') === 'text' ? ('text' as const) : ('html' as const)
	};
};

const shown = ({ id, to, subject, text, at }: Awaited<ReturnType<typeof listInbox>>[number]) => ({
	id,
	to,
	subject,
	text,
	at
});
