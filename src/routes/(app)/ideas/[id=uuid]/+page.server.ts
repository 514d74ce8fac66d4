import { randomUUID } from 'node:crypto';
import { fail, isHttpError, redirect } from '@sveltejs/kit';
import { joinNotes, parseCapture } from '$lib/capture';
import { sectionsOf } from '$lib/feature-fields';
import type { IdeaFields } from '$lib/idea-fields';
import { LIMITS } from '$lib/limits';
import { FeatureId, StarFeature, UpdateFeature } from '$lib/schemas/features';
import { StarIdea, UpdateIdea } from '$lib/schemas/ideas';
import { formFailure } from '$lib/server/form';
import { originFor } from '$lib/server/origin';
import { runnerStartCommand } from '$lib/server/runner-packages';
import { featureFieldsOf } from './feature-form';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { locals, params, url, cookies } = event;
	const focus = url.searchParams.get('focus');
	const opened = FeatureId.safeParse({
		id: focus && focus !== 'plan' ? focus : url.searchParams.get('feature')
	});
	const q = [...(url.searchParams.get('q') ?? '').trim()].slice(0, LIMITS.searchChars).join('');
	const [idea, features, feature, search] = await Promise.all([
		locals.trpc.ideas.get({ id: params.id }),
		locals.trpc.features.list({ ideaId: params.id }),
		opened.success ? locals.trpc.features.get(opened.data).catch(nothingThere) : undefined,
		q ? locals.trpc.search.inIdea({ ideaId: params.id, q }) : undefined
	]);
	const isOfIdea = feature?.ideaId === idea.id;
	return {
		idea,
		features,
		/** The feature that the address opens. */
		feature: isOfIdea ? feature : undefined,
		/** What is alone on the page. */
		focus: focus === 'plan' || (focus && isOfIdea) ? focus : null,
		/** What the address searches for among the features, and what was found. */
		search: search && { q, ...search },
		/** What starts a runner, for those whose computer is offline. */
		runnerCommand: await runnerStartCommand(originFor(event)),
		isDoneOpen: cookies.get('coda-done') === 'open',
		/** Makes sure that the form without a script adds one feature, however often it is sent. */
		clientKey: randomUUID()
	};
};

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
	},

	tags: async ({ locals, request, params }) => {
		const form = await request.formData();
		const [removed, added] = [text(form, 'remove'), text(form, 'tag')];
		const kept = form.getAll('tags').map(String);
		const tags = [...kept, ...added.split(/[\s,]+/)].filter((tag) => tag && tag !== removed);
		try {
			await locals.trpc.ideas.setTags({ id: params.id, tags });
		} catch (cause) {
			return formFailure(cause);
		}
		redirect(303, `/ideas/${params.id}`);
	},

	archive: async ({ locals, request, params }) => {
		const isAside = text(await request.formData(), 'aside') !== '';
		const { ideas } = locals.trpc;
		await (isAside ? ideas.archive({ id: params.id }) : ideas.unarchive({ id: params.id }));
		redirect(303, isAside ? '/ideas' : `/ideas/${params.id}`);
	},

	addFeature: async ({ locals, request, params, url }) => {
		const form = await request.formData();
		const line = text(form, 'line');
		const captured = parseCapture(line);
		try {
			await locals.trpc.features.create({
				ideaId: params.id,
				clientKey: text(form, 'clientKey'),
				title: captured.title,
				notes: joinNotes(captured.notes),
				star: captured.star,
				sections: sectionsOf(captured, randomUUID())
			});
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { ...failure.data, line });
		}
		redirect(303, `${samePage(url)}#add-feature`);
	},

	saveFeature: async ({ locals, request, url }) => {
		const form = await request.formData();
		const fields = featureFieldsOf(form);
		const id = text(form, 'id');
		const version = UpdateFeature.shape.version.safeParse(form.get('version'));
		try {
			await locals.trpc.features.update({
				id,
				version: version.success ? version.data : 0,
				...fields
			});
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { ...failure.data, featureId: id, feature: fields });
		}
		redirect(303, samePage(url));
	},

	completeFeature: async ({ locals, request, url }) => {
		const id = text(await request.formData(), 'id');
		await locals.trpc.features.complete({ id });
		redirect(303, samePage(url));
	},

	reopenFeature: async ({ locals, request, url }) => {
		const id = text(await request.formData(), 'id');
		const { notice } = await locals.trpc.features.reopen({ id });
		if (notice) return { notice };
		redirect(303, samePage(url));
	},

	starFeature: async ({ locals, request, url }) => {
		const form = await request.formData();
		const star = StarFeature.shape.star.catch('none').parse(form.get('star'));
		try {
			const { notice } = await locals.trpc.features.star({ id: text(form, 'id'), star });
			if (notice) return { notice };
		} catch (cause) {
			return formFailure(cause);
		}
		redirect(303, samePage(url));
	},

	deleteFeature: async ({ locals, request }) => {
		const id = text(await request.formData(), 'id');
		const { title, undoToken } = await locals.trpc.features.delete({ id });
		return { title, undoToken };
	},

	undo: async ({ locals, request, url }) => {
		const token = text(await request.formData(), 'token');
		try {
			await locals.trpc.undo.redeem({ token });
		} catch (cause) {
			return formFailure(cause);
		}
		redirect(303, samePage(url));
	}
};

/** A feature that is gone is no reason not to show its idea. */
function nothingThere(cause: unknown): undefined {
	if (isHttpError(cause, 404)) return undefined;
	throw cause;
}

/** The address of the page that a form was sent from: what it opens stays open. */
function samePage({ pathname, searchParams }: URL): string {
	for (const name of ['focus', 'feature']) {
		const value = searchParams.get(name);
		if (value) return `${pathname}?${new URLSearchParams({ [name]: value })}`;
	}
	return pathname;
}

function fieldsFrom(form: FormData): IdeaFields {
	return {
		title: text(form, 'title'),
		notes: text(form, 'notes'),
		linkUrl: text(form, 'linkUrl'),
		linkLabel: text(form, 'linkLabel'),
		visibility: text(form, 'visibility') === 'public' ? 'public' : 'private'
	};
}

function text(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}
