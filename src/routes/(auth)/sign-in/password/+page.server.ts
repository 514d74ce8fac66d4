import { fail, redirect } from '@sveltejs/kit';
import { SignInWithPassword } from '$lib/schemas/account';
import { safeCallbackUrl } from '$lib/server/auth/callback-url';
import { signInWithPassword } from '$lib/server/auth/sign-in-with-password';
import { invalidForm, refusedForm } from '$lib/server/form';
import { orPageError } from '$lib/server/page-error';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url, locals }) => {
	const callbackUrl = safeCallbackUrl(url.searchParams.get('callbackUrl'));
	if (locals.session) redirect(303, callbackUrl);
	return { callbackUrl };
};

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		const email = String(form.get('email') ?? '');
		const callbackUrl = safeCallbackUrl(form.get('callbackUrl'));
		const typed = SignInWithPassword.safeParse(Object.fromEntries(form));
		if (!typed.success) return fail(400, { email, ...invalidForm(typed.error).data });
		let next: string;
		try {
			next = await orPageError(event.locals.requestId, () =>
				signInWithPassword(event, { ...typed.data, callbackUrl })
			);
		} catch (cause) {
			const failure = refusedForm(event, cause);
			return fail(failure.status, { email, ...failure.data });
		}
		redirect(303, next);
	}
};
