import { fail, redirect } from '@sveltejs/kit';
import type { z } from 'zod';
import {
	AddIncidentAction,
	AddIncidentNote,
	PublishIncident,
	SetIncidentAction,
	SetIncidentStatus,
	UpdateIncident
} from '$lib/schemas/incidents';
import { formFailure } from '$lib/server/form';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params: { id } }) => {
	const [incident, timeline] = await Promise.all([
		locals.trpc.incidents.get({ id }),
		locals.trpc.incidents.timeline({ id })
	]);
	return { incident, timeline, now: new Date() };
};

const text = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();

/** Does one thing to the incident and comes back to its page; `of` says which form was refused. */
async function act<Input>(
	{ id, of }: { id: string; of: string },
	input: z.ZodSafeParseResult<Input>,
	run: (input: Input) => Promise<unknown>
) {
	if (!input.success) return fail(400, { of, message: input.error.issues[0]?.message ?? '' });
	try {
		await run(input.data);
	} catch (cause) {
		const { status, data } = formFailure(cause);
		return fail(status, { of, message: data.message });
	}
	redirect(303, `/admin/incidents/${id}`);
}

export const actions: Actions = {
	acknowledge: async ({ locals, params: { id } }) => {
		await locals.trpc.incidents.acknowledge({ id });
		redirect(303, `/admin/incidents/${id}`);
	},

	setStatus: async ({ locals, params: { id }, request }) => {
		const input = SetIncidentStatus.safeParse({
			id,
			status: text(await request.formData(), 'status')
		});
		return act({ id, of: 'status' }, input, (data) => locals.trpc.incidents.setStatus(data));
	},

	update: async ({ locals, params: { id }, request }) => {
		const form = await request.formData();
		const input = UpdateIncident.safeParse({
			id,
			title: text(form, 'title'),
			severity: Number(text(form, 'severity')),
			ownerId: text(form, 'ownerId') || null
		});
		return act({ id, of: 'update' }, input, (data) => locals.trpc.incidents.update(data));
	},

	addNote: async ({ locals, params: { id }, request }) => {
		const form = await request.formData();
		const kind = text(form, 'kind') || 'note';
		const input = AddIncidentNote.safeParse({ id, text: text(form, 'text'), kind });
		return act({ id, of: kind }, input, (data) => locals.trpc.incidents.addNote(data));
	},

	publish: async ({ locals, params: { id }, request }) => {
		const form = await request.formData();
		const publicTitle = form.has('off') ? null : text(form, 'publicTitle');
		const input = PublishIncident.safeParse({ id, publicTitle });
		return act({ id, of: 'publish' }, input, (data) => locals.trpc.incidents.publish(data));
	},

	addAction: async ({ locals, params: { id }, request }) => {
		const form = await request.formData();
		const input = AddIncidentAction.safeParse({
			id,
			text: text(form, 'text'),
			ownerId: text(form, 'ownerId') || null,
			dueOn: text(form, 'dueOn') || null
		});
		return act({ id, of: 'action' }, input, (data) => locals.trpc.incidents.addAction(data));
	},

	setAction: async ({ locals, params: { id }, request }) => {
		const form = await request.formData();
		const input = SetIncidentAction.safeParse({
			id: text(form, 'actionId'),
			isDone: text(form, 'isDone') === 'on'
		});
		return act({ id, of: 'action' }, input, (data) => locals.trpc.incidents.setAction(data));
	}
};
