import { fail, redirect } from '@sveltejs/kit';
import { MAIL_STATES } from '$lib/schemas/mails';
import { formFailure } from '$lib/server/form';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const recipient = (url.searchParams.get('to') ?? '').trim().slice(0, 320);
	const state = MAIL_STATES.find((one) => one === url.searchParams.get('state'));
	const cursor = url.searchParams.get('cursor') ?? undefined;
	const { mails } = locals.trpc;
	const [page, figures, suppressions] = await Promise.all([
		mails.list({ recipient, state, cursor }),
		mails.figures(),
		mails.listSuppressions({ recipient })
	]);
	const done = url.searchParams.get('done') ?? undefined;
	return { recipient, state, cursor, page, figures, suppressions, done };
};

/** Does one thing and comes back to the same part of the list, which says so. */
async function act(url: URL, done: string, run: () => Promise<unknown>) {
	try {
		await run();
	} catch (cause) {
		const failure = formFailure(cause);
		return fail(failure.status, failure.data);
	}
	const back = new URLSearchParams(url.search);
	for (const key of [...back.keys()]) if (key.startsWith('/')) back.delete(key);
	back.set('done', done);
	redirect(303, `/admin/mail?${back}`);
}

export const actions: Actions = {
	sendAgain: async ({ locals, request, url }) => {
		const id = String((await request.formData()).get('id') ?? '');
		return act(url, 'again', () => locals.trpc.mails.sendAgain({ id }));
	},
	liftSuppression: async ({ locals, request, url }) => {
		const email = String((await request.formData()).get('email') ?? '');
		return act(url, 'lifted', () => locals.trpc.mails.liftSuppression({ email }));
	}
};
