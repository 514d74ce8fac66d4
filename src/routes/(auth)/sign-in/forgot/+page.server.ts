import { fail } from '@sveltejs/kit';
import { EmailAddress } from '$lib/schemas/account';
import { safeCallbackUrl } from '$lib/server/auth/callback-url';
import { hasDevInbox } from '$lib/server/auth/dev-inbox';
import { requestPasswordReset } from '$lib/server/auth/reset-password';
import { refusedForm } from '$lib/server/form';
import { orPageError } from '$lib/server/page-error';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => ({
	callbackUrl: safeCallbackUrl(url.searchParams.get('callbackUrl')),
	devInbox: hasDevInbox()
});

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		const typed = String(form.get('email') ?? '');
		const email = EmailAddress.safeParse(typed);
		if (!email.success) {
			return fail(400, { email: typed, message: email.error.issues[0]?.message });
		}
		const callbackUrl = safeCallbackUrl(form.get('callbackUrl'));
		try {
			await orPageError(event.locals.requestId, () =>
				requestPasswordReset(event, { email: email.data, callbackUrl })
			);
		} catch (cause) {
			const failure = refusedForm(event, cause);
			return fail(failure.status, { email: typed, message: failure.data.message });
		}
		return { sent: true as const, email: email.data };
	}
};
