import { fail, redirect } from '@sveltejs/kit';
import { EmailAddress } from '$lib/schemas/account';
import { safeCallbackUrl } from '$lib/server/auth/callback-url';
import { hasDevInbox } from '$lib/server/auth/dev-inbox';
import { requestSignInLink } from '$lib/server/auth/sign-in';
import { refusedForm } from '$lib/server/form';
import { orPageError } from '$lib/server/page-error';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url, locals }) => {
	const callbackUrl = safeCallbackUrl(url.searchParams.get('callbackUrl'));
	if (locals.session) redirect(303, callbackUrl);
	return { callbackUrl, devInbox: hasDevInbox() };
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
			const failure = refusedForm(event, cause);
			return fail(failure.status, { email: typed, ...failure.data });
		}
		return { sent: true as const, email: email.data };
	}
};
