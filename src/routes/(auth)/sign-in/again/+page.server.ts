import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { PresentPassword } from '$lib/schemas/account';
import { proveByPassword } from '$lib/server/auth/again';
import { safeCallbackUrl } from '$lib/server/auth/callback-url';
import { hasDevInbox } from '$lib/server/auth/dev-inbox';
import { requireSession } from '$lib/server/auth/require';
import { requestSignInLink } from '$lib/server/auth/sign-in';
import { refusedForm } from '$lib/server/form';
import { orPageError } from '$lib/server/page-error';
import type { Actions, PageServerLoad } from './$types';

/** Who is signed in; for anyone else an ordinary sign-in does as well, and is fresh afterwards. */
const signedIn = (event: RequestEvent, callbackUrl: string) =>
	requireSession(event, `/sign-in?callbackUrl=${encodeURIComponent(callbackUrl)}`);

export const load: PageServerLoad = async (event) => {
	const callbackUrl = safeCallbackUrl(event.url.searchParams.get('callbackUrl'));
	const { user } = await signedIn(event, callbackUrl);
	const { hasPassword } = await event.locals.trpc.passwords.get();
	return { callbackUrl, email: user.email, hasPassword, devInbox: hasDevInbox() };
};

export const actions: Actions = {
	password: async (event) => {
		const form = await event.request.formData();
		const callbackUrl = safeCallbackUrl(form.get('callbackUrl'));
		const session = await signedIn(event, callbackUrl);
		const typed = PresentPassword.safeParse(form.get('password'));
		if (!typed.success) {
			const fields = { password: typed.error.issues.map(({ message }) => message) };
			return fail(400, { callbackUrl, message: '', fields });
		}
		let next: string;
		try {
			next = await orPageError(event.locals.requestId, () =>
				proveByPassword(event, session, { password: typed.data, callbackUrl })
			);
		} catch (cause) {
			const failure = refusedForm(event, cause);
			return fail(failure.status, { callbackUrl, ...failure.data });
		}
		redirect(303, next);
	},

	link: async (event) => {
		const form = await event.request.formData();
		const callbackUrl = safeCallbackUrl(form.get('callbackUrl'));
		const { email } = (await signedIn(event, callbackUrl)).user;
		try {
			await orPageError(event.locals.requestId, () =>
				requestSignInLink(event, { email, callbackUrl })
			);
		} catch (cause) {
			const failure = refusedForm(event, cause);
			return fail(failure.status, { callbackUrl, ...failure.data });
		}
		return { sent: true as const, callbackUrl };
	}
};
