import { redirect } from '@sveltejs/kit';
import { readEmailLink } from '$lib/server/auth/email-links';
import { confirmSignIn } from '$lib/server/auth/sign-in';
import { formFailure } from '$lib/server/form';
import { orPageError } from '$lib/server/page-error';
import type { Actions, PageServerLoad } from './$types';

/** Shows whom the link would sign in. Only the button of the page uses it up. */
export const load: PageServerLoad = async ({ url, locals, setHeaders }) => {
	// The address holds the token: no other site may hear of it.
	setHeaders({ 'referrer-policy': 'same-origin' });
	const token = url.searchParams.get('token') ?? '';
	const link = await orPageError(locals.requestId, () => readEmailLink('sign_in', token));
	return link ? { valid: true as const, email: link.email, token } : { valid: false as const };
};

export const actions: Actions = {
	default: async (event) => {
		const token = String((await event.request.formData()).get('token') ?? '');
		let callbackUrl: string;
		try {
			callbackUrl = await orPageError(event.locals.requestId, () => confirmSignIn(event, token));
		} catch (cause) {
			return formFailure(cause);
		}
		redirect(303, callbackUrl);
	}
};
