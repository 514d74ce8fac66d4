import { redirect } from '@sveltejs/kit';
import { safeCallbackUrl } from '$lib/server/auth/callback-url';
import { requireSession } from '$lib/server/auth/require';
import { formFailure } from '$lib/server/form';
import { LEGAL } from '$lib/server/legal';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { user } = await requireSession(event);
	const callbackUrl = safeCallbackUrl(event.url.searchParams.get('callbackUrl'));
	const pending = await event.locals.trpc.consents.listPending();
	if (pending.length === 0) redirect(303, callbackUrl);
	return {
		user: { id: user.id, email: user.email, name: user.name },
		pending,
		/** What is agreed to is what was shown, also when a new version comes meanwhile. */
		versions: { terms: LEGAL.terms.version, privacy: LEGAL.privacy.version },
		callbackUrl
	};
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const version = (document: string) => String(form.get(document) ?? '');
		try {
			await locals.trpc.consents.give({ terms: version('terms'), privacy: version('privacy') });
		} catch (cause) {
			return formFailure(cause);
		}
		redirect(303, safeCallbackUrl(form.get('callbackUrl')));
	}
};
