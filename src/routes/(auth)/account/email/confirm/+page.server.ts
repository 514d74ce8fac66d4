import { isHttpError, redirect } from '@sveltejs/kit';
import { formFailure } from '$lib/server/form';
import type { Actions, PageServerLoad } from './$types';

/** Shows what the link would change, to whom it belongs. Only the button of the page uses it up. */
export const load: PageServerLoad = async ({ url, locals, setHeaders }) => {
	// The address holds the token: no other site may hear of it.
	setHeaders({ 'referrer-policy': 'same-origin' });
	if (!locals.session && !locals.sessionError) return { state: 'nobody' as const };
	const token = url.searchParams.get('token') ?? '';
	try {
		const { email } = await locals.trpc.account.getEmailChange({ token });
		return { state: 'ready' as const, email, token };
	} catch (cause) {
		if (isHttpError(cause, 404) || isHttpError(cause, 400)) return { state: 'dead' as const };
		throw cause;
	}
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const token = String((await request.formData()).get('token') ?? '');
		// Signing in would lead back here with the token in one more address.
		if (!locals.session && !locals.sessionError) return { message: '' };
		try {
			await locals.trpc.account.confirmEmailChange({ token });
		} catch (cause) {
			if (isHttpError(cause, 404)) return { message: cause.body.message };
			return formFailure(cause);
		}
		redirect(303, '/account?changed');
	}
};
