import { fail } from '@sveltejs/kit';
import { LIMITS } from '$lib/limits';
import { formFailure } from '$lib/server/form';
import { originFor } from '$lib/server/origin';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	event.depends('coda:runners');
	return {
		runners: await event.locals.trpc.runners.list(),
		most: LIMITS.runnersPerPerson,
		command: `coda-runner pair --server ${originFor(event)}`
	};
};

export const actions: Actions = {
	rename: async ({ locals, request }) => {
		const form = await request.formData();
		const [id, name] = [String(form.get('id') ?? ''), String(form.get('name') ?? '')];
		return changed(id, 'renamed', () => locals.trpc.runners.rename({ id, name }));
	},

	switch: async ({ locals, request }) => {
		const form = await request.formData();
		const [id, isForAny] = [String(form.get('id') ?? ''), form.get('isForAny') === 'on'];
		return changed(id, 'switched', () => locals.trpc.runners.switch({ id, isForAny }));
	},

	revoke: async ({ locals, request }) => {
		const id = String((await request.formData()).get('id') ?? '');
		return changed(id, 'revoked', () => locals.trpc.runners.revoke({ id }));
	}
};

/** What the page says of a computer after the act. */
async function changed(
	id: string,
	what: 'renamed' | 'switched' | 'revoked',
	act: () => Promise<unknown>
) {
	try {
		await act();
		return { id, what };
	} catch (cause) {
		const failure = formFailure(cause);
		return fail(failure.status, { id, ...failure.data });
	}
}
