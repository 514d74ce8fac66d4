import { fail, redirect } from '@sveltejs/kit';
import { formFailure } from '$lib/server/form';
import { RETENTION } from '$lib/server/retention';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const cursor = url.searchParams.get('cursor') ?? undefined;
	return {
		trash: await locals.trpc.ideas.listTrash({ cursor }),
		isFirstPage: !cursor,
		trashDays: RETENTION.trashDays
	};
};

export const actions: Actions = {
	restore: async ({ locals, request }) => {
		const id = String((await request.formData()).get('id') ?? '');
		await locals.trpc.ideas.restore({ id });
		redirect(303, '/trash');
	},

	purge: async ({ locals, request }) => {
		const form = await request.formData();
		const [id, title] = [String(form.get('id') ?? ''), String(form.get('title') ?? '')];
		try {
			await locals.trpc.ideas.purge({ id, title });
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { ...failure.data, id, title });
		}
		redirect(303, '/trash');
	}
};
