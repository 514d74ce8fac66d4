import { fail, redirect } from '@sveltejs/kit';
import { formFailure } from '$lib/server/form';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
	tags: await locals.trpc.tags.list()
});

export const actions: Actions = {
	rename: async ({ locals, request }) => {
		const form = await request.formData();
		const [from, to] = [text(form, 'from'), text(form, 'to')];
		try {
			const { undoToken } = await locals.trpc.tags.rename({ from, to });
			return { did: `#${from} is #${to} now.`, undoToken };
		} catch (cause) {
			const { status, data } = formFailure(cause);
			const [problem = data.message] = Object.values(data.fields ?? {}).flat();
			return fail(status, { from, to, message: problem });
		}
	},

	delete: async ({ locals, request }) => {
		const name = text(await request.formData(), 'name');
		const { undoToken } = await locals.trpc.tags.delete({ name });
		return { did: `No idea has #${name} any more.`, undoToken };
	},

	undo: async ({ locals, request }) => {
		try {
			await locals.trpc.undo.redeem({ token: text(await request.formData(), 'token') });
		} catch (cause) {
			return formFailure(cause);
		}
		redirect(303, '/ideas/tags');
	}
};

function text(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}
