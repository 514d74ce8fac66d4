import { fail, redirect } from '@sveltejs/kit';
import { EmailAddress } from '$lib/schemas/account';
import { safeCallbackUrl } from '$lib/server/auth/callback-url';
import { requestSignInLink } from '$lib/server/auth/sign-in';
import { env } from '$lib/server/env';
import { formFailure } from '$lib/server/form';
import { mailTransport } from '$lib/server/mail/transport';
import { orPageError } from '$lib/server/page-error';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url, locals }) => {
	const callbackUrl = safeCallbackUrl(url.searchParams.get('callbackUrl'));
	if (locals.session) redirect(303, callbackUrl);
	const devInbox = env().tier === 'development' && mailTransport().name === 'stream';
	return { callbackUrl, devInbox };
};

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		const typed = String(form.get('email') ?? '');
		const email = EmailAddress.safeParse(typed);
		if (!email.success) {
			const message = email.error.issues[0]?.message ?? 'Type your e-mail address.';
			return fail(400, { email: typed, message, fields: { email: [message] } });
		}
		const callbackUrl = safeCallbackUrl(form.get('callbackUrl'));
		try {
			await orPageError(event.locals.requestId, () =>
				requestSignInLink(event, { email: email.data, callbackUrl })
			);
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { email: typed, ...failure.data });
		}
		return { sent: true as const, email: email.data };
	}
};
