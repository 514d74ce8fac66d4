import { fail, redirect } from '@sveltejs/kit';
import { formFailure } from '$lib/server/form';
import { RETENTION } from '$lib/server/retention';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const cursor = url.searchParams.get('cursor') ?? undefined;
	return {
		trash: await locals.trpc.trash.list({ cursor }),
		isFirstPage: !cursor,
		trashDays: RETENTION.trashDays
	};
};

export const actions: Actions = {
	restore: async ({ locals, request }) => {
		const form = await request.formData();
		await nounOf(locals, form).restore({ id: String(form.get('id') ?? '') });
		redirect(303, '/trash');
	},

	purge: async ({ locals, request }) => {
		const form = await request.formData();
		const [id, title] = [String(form.get('id') ?? ''), String(form.get('title') ?? '')];
		try {
			await nounOf(locals, form).purge({ id, title });
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { ...failure.data, id, title });
		}
		redirect(303, '/trash');
	}
};

/** The procedures for what the form is about. */
const nounOf = ({ trpc }: App.Locals, form: FormData) =>
	form.get('kind') === 'feature' ? trpc.features : trpc.ideas;
