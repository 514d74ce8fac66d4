import { fail, redirect } from '@sveltejs/kit';
import { SignUp } from '$lib/schemas/account';
import { safeCallbackUrl } from '$lib/server/auth/callback-url';
import { hasDevInbox } from '$lib/server/auth/dev-inbox';
import { requestSignUp } from '$lib/server/auth/sign-up';
import { invalidForm, refusedForm } from '$lib/server/form';
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
		const email = String(form.get('email') ?? '');
		const callbackUrl = safeCallbackUrl(form.get('callbackUrl'));
		const typed = SignUp.safeParse(Object.fromEntries(form));
		if (!typed.success) return fail(400, { email, ...invalidForm(typed.error).data });
		try {
			await orPageError(event.locals.requestId, () =>
				requestSignUp(event, { ...typed.data, callbackUrl })
			);
		} catch (cause) {
			const failure = refusedForm(event, cause);
			return fail(failure.status, { email, ...failure.data });
		}
		return { sent: true as const, email: typed.data.email };
	}
};
