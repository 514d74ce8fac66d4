import { fail, redirect } from '@sveltejs/kit';
import { NewPassword } from '$lib/schemas/account';
import { readEmailLink } from '$lib/server/auth/email-links';
import { resetPassword } from '$lib/server/auth/reset-password';
import { refusedForm } from '$lib/server/form';
import { orPageError } from '$lib/server/page-error';
import type { Actions, PageServerLoad } from './$types';

/** Shows whose password is chosen. Only sending one uses the link up. */
export const load: PageServerLoad = async ({ url, locals, setHeaders }) => {
	// The address holds the token: no other site may hear of it.
	setHeaders({ 'referrer-policy': 'same-origin' });
	const token = url.searchParams.get('token') ?? '';
	const link = await orPageError(locals.requestId, () => readEmailLink('reset_password', token));
	return link?.userId ? { email: link.email, token } : {};
};

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		// The page is drawn again without its address, so what it was about comes from the form.
		const shown = { token: String(form.get('token')), email: String(form.get('username')) };
		const typed = NewPassword.safeParse(form.get('password'));
		if (!typed.success) {
			const fields = { password: typed.error.issues.map(({ message }) => message) };
			return fail(400, { ...shown, message: '', fields, reason: undefined });
		}
		let next: string;
		try {
			next = await orPageError(event.locals.requestId, () =>
				resetPassword(event, { token: shown.token, password: typed.data })
			);
		} catch (cause) {
			const failure = refusedForm(event, cause);
			return fail(failure.status, { ...shown, ...failure.data });
		}
		redirect(303, next);
	}
};
