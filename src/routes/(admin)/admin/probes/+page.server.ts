import { fail } from '@sveltejs/kit';
import { TryProbes } from '$lib/schemas/probes';
import { formFailure } from '$lib/server/form';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => locals.trpc.probes.list();

export const actions: Actions = {
	try: async ({ locals, request }) => {
		const name = (await request.formData()).get('name') || undefined;
		const input = TryProbes.safeParse({ name });
		if (!input.success) return fail(400, { message: 'There is no such probe.' });
		try {
			return { outcomes: await locals.trpc.probes.run(input.data) };
		} catch (cause) {
			const { status, data } = formFailure(cause);
			return fail(status, { message: data.message });
		}
	}
};
