import { fail, redirect } from '@sveltejs/kit';
import { formFailure } from '$lib/server/form';
import { RETENTION } from '$lib/server/retention';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const cursor = url.searchParams.get('cursor') ?? undefined;
	return {
		trash: await locals.trpc.trash.list({ cursor }),
		isFirstPage: !cursor,
		trashDays: RETENTION.trashDays
	};
};

export const actions: Actions = {
	restore: async ({ locals, request }) => {
		const form = await request.formData();
		await nounOf(locals, form).restore({ id: String(form.get('id') ?? '') });
		redirect(303, '/trash');
	},

	purge: async ({ locals, request }) => {
		const form = await request.formData();
		const [id, title] = [String(form.get('id') ?? ''), String(form.get('title') ?? '')];
		try {
			await nounOf(locals, form).purge({ id, title });
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { ...failure.data, id, title });
		}
		redirect(303, '/trash');
	},

	restoreMany: async ({ locals, request }) => {
		const form = await request.formData();
		try {
			await locals.trpc.trash.restoreMany(selectionFrom(form));
		} catch (cause) {
			return manyFailed(cause);
		}
		redirect(303, '/trash');
	},

	purgeMany: async ({ locals, request }) => {
		const form = await request.formData();
		const count = Number(form.get('count') || 0);
		try {
			await locals.trpc.trash.purgeMany({ ...selectionFrom(form), count });
		} catch (cause) {
			return manyFailed(cause);
		}
		redirect(303, '/trash');
	}
};

/** What is ticked: `idea:…` and `feature:…`. */
function selectionFrom(form: FormData) {
	const things = form.getAll('thing').map(String);
	const idsOf = (kind: string) =>
		things.filter((one) => one.startsWith(`${kind}:`)).map((one) => one.slice(kind.length + 1));
	return { ideas: idsOf('idea'), features: idsOf('feature') };
}

function manyFailed(cause: unknown) {
	const { status, data } = formFailure(cause);
	const [problem] = Object.values(data.fields ?? {}).flat();
	return fail(status, { ...data, message: problem ?? data.message, id: '', title: '' });
}

/** The procedures for what the form is about. */
const nounOf = ({ trpc }: App.Locals, form: FormData) =>
	form.get('kind') === 'feature' ? trpc.features : trpc.ideas;
