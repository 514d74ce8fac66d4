import { fail, type RequestEvent } from '@sveltejs/kit';
import { formFailure } from '$lib/server/form';

/** What the page says once the form is done. */
type Done = 'set' | 'changed' | 'removed';

/** Asks the API; what it refuses belongs to the form, and a stale sign-in leads to `/sign-in/again`. */
async function answer(done: Done, ask: () => Promise<unknown>) {
	try {
		await ask();
	} catch (cause) {
		const failure = formFailure(cause);
		return fail(failure.status, { password: failure.data });
	}
	return { password: { done } };
}

/** The form actions of `PasswordPanel.svelte`, for the page that shows it. */
export const passwordActions = {
	setPassword: async ({ locals, request }: RequestEvent) => {
		const form = await request.formData();
		const password = String(form.get('password') ?? '');
		return answer('set', () => locals.trpc.passwords.set({ password }));
	},

	changePassword: async ({ locals, request }: RequestEvent) => {
		const form = await request.formData();
		const password = String(form.get('password') ?? '');
		const current = form.get('current');
		return answer('changed', () =>
			locals.trpc.passwords.change({
				password,
				current: typeof current === 'string' ? current : undefined
			})
		);
	},

	removePassword: async ({ locals }: RequestEvent) =>
		answer('removed', () => locals.trpc.passwords.remove({ confirmed: true }))
};
