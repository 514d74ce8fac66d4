import { fail, redirect } from '@sveltejs/kit';
import type { IdeaFields } from '$lib/idea-fields';
import { StarIdea, UpdateIdea } from '$lib/schemas/ideas';
import { formFailure } from '$lib/server/form';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => ({
	idea: await locals.trpc.ideas.get({ id: params.id })
});

export const actions: Actions = {
	save: async ({ locals, request, params }) => {
		const form = await request.formData();
		const fields = fieldsFrom(form);
		const version = UpdateIdea.shape.version.safeParse(form.get('version'));
		try {
			// Only an owner sends a visibility: the form of the others has no such field.
			const { visibility, ...content } = fields;
			await locals.trpc.ideas.update({
				id: params.id,
				version: version.success ? version.data : 0,
				...content,
				...(form.has('visibility') && { visibility })
			});
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { ...failure.data, values: fields });
		}
		redirect(303, `/ideas/${params.id}`);
	},

	star: async ({ locals, request, params }) => {
		const form = await request.formData();
		const star = StarIdea.shape.star.catch('none').parse(form.get('star'));
		const { notice } = await locals.trpc.ideas.star({ id: params.id, star });
		if (notice) return { notice };
		redirect(303, `/ideas/${params.id}`);
	}
};

function fieldsFrom(form: FormData): IdeaFields {
	const text = (name: keyof IdeaFields) => String(form.get(name) ?? '');
	return {
		title: text('title'),
		notes: text('notes'),
		linkUrl: text('linkUrl'),
		linkLabel: text('linkLabel'),
		visibility: text('visibility') === 'public' ? 'public' : 'private'
	};
}
