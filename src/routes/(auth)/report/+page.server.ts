import { fail } from '@sveltejs/kit';
import { pathOnly } from '$lib/schemas/problems';
import { formFailure } from '$lib/server/form';
import { readOperator } from '$lib/server/legal';
import type { Actions, PageServerLoad } from './$types';

/** Where it happened comes from the page that leads here; of an address only the path is taken. */
export const load: PageServerLoad = ({ url, locals }) => ({
	...placeIn(url),
	email: locals.session?.user.email ?? null,
	/** Where ideas for Coda go. */
	contact: readOperator().contact
});

export const actions: Actions = {
	default: async ({ request, locals, url }) => {
		const text = String((await request.formData()).get('text') ?? '');
		try {
			const { id } = await locals.trpc.problems.report({ text, ...placeIn(url) });
			return { id };
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { ...failure.data, text });
		}
	}
};

const placeIn = ({ searchParams }: URL) => ({
	page: pathOnly(searchParams.get('page') ?? '/'),
	requestId: searchParams.get('request') ?? ''
});
