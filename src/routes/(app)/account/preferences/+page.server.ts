import { fail } from '@sveltejs/kit';
import { formFailure } from '$lib/server/form';
import { isTheme } from '$lib/themes';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
	preferences: await locals.trpc.preferences.get()
});

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const theme = form.get('theme');
		try {
			await locals.trpc.preferences.update({
				...(isTheme(theme) && { theme }),
				// A box that is not ticked is not sent.
				singleKeys: form.has('singleKeys'),
				notices: { news: form.has('news') }
			});
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { ...failure.data, done: false });
		}
		return { done: true, message: '' };
	}
};
