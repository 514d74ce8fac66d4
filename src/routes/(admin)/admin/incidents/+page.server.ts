import { fail, redirect } from '@sveltejs/kit';
import { OpenIncident } from '$lib/schemas/incidents';
import { formFailure } from '$lib/server/form';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const cursor = url.searchParams.get('cursor') ?? undefined;
	return {
		...(await locals.trpc.incidents.list({ cursor })),
		cursor,
		now: new Date()
	};
};

const given = (form: FormData, name: string): string | undefined =>
	String(form.get(name) ?? '').trim() || undefined;

export const actions: Actions = {
	open: async ({ locals, request }) => {
		const form = await request.formData();
		const severity = given(form, 'severity');
		const input = OpenIncident.safeParse({
			title: given(form, 'title'),
			severity: severity && Number(severity),
			alertId: given(form, 'alertId'),
			problemId: given(form, 'problemId')
		});
		if (!input.success) return fail(400, { message: input.error.issues[0]?.message ?? '' });
		let id: string;
		try {
			({ id } = await locals.trpc.incidents.open(input.data));
		} catch (cause) {
			const { status, data } = formFailure(cause);
			return fail(status, { message: data.message });
		}
		redirect(303, `/admin/incidents/${id}`);
	}
};
