import { fail } from '@sveltejs/kit';
import { isFresh } from '$lib/server/auth/fresh';
import { requireSession } from '$lib/server/auth/require';
import { formFailure } from '$lib/server/form';
import { LEGAL } from '$lib/server/legal';
import { timeZones } from '$lib/time';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const session = await requireSession(event);
	const profile = await event.locals.trpc.account.getProfile();
	return {
		profile,
		timeZones: timeZones(profile.timeZone),
		documents: Object.fromEntries(Object.entries(LEGAL).map(([name, { title }]) => [name, title])),
		isFresh: isFresh(session)
	};
};

export const actions: Actions = {
	profile: async ({ locals, request }) => {
		const form = await request.formData();
		const values = { name: text(form, 'name'), timeZone: text(form, 'timeZone') };
		try {
			const { name, timeZone } = values;
			await locals.trpc.account.updateProfile({ name, ...(timeZone && { timeZone }) });
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { profile: { ...failure.data, values } });
		}
		return { profile: { done: true as const } };
	},

	email: async ({ locals, request }) => {
		const values = { email: text(await request.formData(), 'email') };
		try {
			const { email } = await locals.trpc.account.requestEmailChange(values);
			return { email: { sentTo: email } };
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { email: { ...failure.data, values } });
		}
	}
};

const text = (form: FormData, name: string): string => String(form.get(name) ?? '');
