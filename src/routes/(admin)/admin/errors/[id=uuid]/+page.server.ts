import * as z from 'zod';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const eventId = z.uuid().safeParse(url.searchParams.get('event')).data;
	return { group: await locals.trpc.errors.get({ id: params.id, eventId }) };
};

export const actions: Actions = {
	resolve: async ({ locals, params }) => {
		await locals.trpc.errors.resolve({ id: params.id ?? '' });
	},
	reopen: async ({ locals, params }) => {
		await locals.trpc.errors.reopen({ id: params.id ?? '' });
	}
};
