import { fail, redirect } from '@sveltejs/kit';
import { isFresh } from '$lib/server/auth/fresh';
import { requireSession } from '$lib/server/auth/require';
import { forgetSession } from '$lib/server/auth/session';
import { formFailure } from '$lib/server/form';
import { RETENTION } from '$lib/server/retention';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const session = await requireSession(event);
	const { trpc } = event.locals;
	const [usage, profile] = await Promise.all([trpc.account.usage(), trpc.account.getProfile()]);
	return {
		usage,
		email: profile.email,
		graceDays: RETENTION.accountGraceDays,
		isFresh: isFresh(session),
		/** A download was asked for too often. */
		isRefused: event.url.searchParams.has('wait')
	};
};

export const actions: Actions = {
	delete: async (event) => {
		const email = String((await event.request.formData()).get('email') ?? '');
		try {
			await event.locals.trpc.account.requestDeletion({ email });
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { ...failure.data, values: { email } });
		}
		forgetSession(event);
		event.setHeaders({ 'clear-site-data': '"cache"' });
		redirect(303, '/account/leaving');
	}
};
