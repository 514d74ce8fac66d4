import { error, fail, redirect } from '@sveltejs/kit';
import * as z from 'zod';
import { RestoreRevision } from '$lib/schemas/revisions';
import { formFailure } from '$lib/server/form';
import type { Actions, PageServerLoad } from './$types';

const Id = z.uuid();

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const { searchParams } = url;
	const featureId = idIn(searchParams, 'feature');
	const about = featureId ? { featureId } : { ideaId: params.id };
	const cursor = searchParams.get('cursor') ?? undefined;
	const list = await locals.trpc.revisions.list({ ...about, cursor });
	const id = idIn(searchParams, 'at') ?? list.revisions[0]?.id;
	return {
		ideaId: params.id,
		featureId,
		list,
		revision: id ? await locals.trpc.revisions.get({ id }) : undefined
	};
};

export const actions: Actions = {
	restore: async ({ locals, request, params, url }) => {
		const form = await request.formData();
		const given = RestoreRevision.safeParse(Object.fromEntries(form));
		if (!given.success) error(400, { message: 'That could not be read.' });
		try {
			await locals.trpc.revisions.restore(given.data);
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, failure.data);
		}
		const feature = idIn(url.searchParams, 'feature');
		redirect(303, `/ideas/${params.id}${feature ? `?feature=${feature}` : ''}`);
	}
};

function idIn(params: URLSearchParams, name: string): string | undefined {
	const id = Id.safeParse(params.get(name));
	return id.success ? id.data : undefined;
}
