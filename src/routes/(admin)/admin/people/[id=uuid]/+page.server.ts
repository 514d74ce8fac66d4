import { fail, redirect } from '@sveltejs/kit';
import { SetRole } from '$lib/schemas/people';
import { formFailure } from '$lib/server/form';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => ({
	person: await locals.trpc.people.get({ id: params.id }),
	isSelf: locals.session?.user.id === params.id,
	/** A download was asked for too often. */
	isRefused: url.searchParams.has('wait'),
	/** What was just done, so that it is said also without a script. */
	done: url.searchParams.get('done') ?? undefined
});

/** Does one thing to this person and comes back to the page, which says so. */
async function act(id: string, done: string, run: () => Promise<unknown>) {
	try {
		await run();
	} catch (cause) {
		const failure = formFailure(cause);
		return fail(failure.status, failure.data);
	}
	redirect(303, `/admin/people/${id}?done=${done}`);
}

export const actions: Actions = {
	endSessions: async ({ locals, params: { id }, request }) => {
		const sessionId = (await request.formData()).get('sessionId')?.toString() || undefined;
		return act(id, 'sessions', () => locals.trpc.people.endSessions({ id, sessionId }));
	},
	disable: ({ locals, params: { id } }) =>
		act(id, 'disabled', () => locals.trpc.people.disable({ id })),
	enable: ({ locals, params: { id } }) =>
		act(id, 'enabled', () => locals.trpc.people.enable({ id })),
	setRole: async ({ locals, params: { id }, request }) => {
		const role = SetRole.shape.role.catch('user').parse((await request.formData()).get('role'));
		return act(id, 'role', () => locals.trpc.people.setRole({ id, role }));
	},
	delete: async ({ locals, params: { id }, request }) => {
		const email = String((await request.formData()).get('email') ?? '');
		return act(id, 'leaving', () => locals.trpc.people.delete({ id, email }));
	}
};
