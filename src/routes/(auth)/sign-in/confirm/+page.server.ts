import { fail, redirect } from '@sveltejs/kit';
import { readEmailLink } from '$lib/server/auth/email-links';
import { confirmSignIn } from '$lib/server/auth/sign-in';
import { refusedForm } from '$lib/server/form';
import { orPageError } from '$lib/server/page-error';
import type { Actions, PageServerLoad } from './$types';

/** Shows whom the link would sign in. Only the button of the page uses it up. */
export const load: PageServerLoad = async ({ url, locals, setHeaders }) => {
	// The address holds the token: no other site may hear of it.
	setHeaders({ 'referrer-policy': 'same-origin' });
	const token = url.searchParams.get('token') ?? '';
	const link = await orPageError(locals.requestId, () => readEmailLink('sign_in', token));
	return link ? { email: link.email, token } : {};
};

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		// The page is drawn again without its address, so what it was about comes from the form.
		const shown = { token: String(form.get('token')), email: String(form.get('email')) };
		let next: string;
		try {
			next = await orPageError(event.locals.requestId, () => confirmSignIn(event, shown.token));
		} catch (cause) {
			const failure = refusedForm(event, cause);
			return fail(failure.status, { ...shown, ...failure.data });
		}
		redirect(303, next);
	}
};
