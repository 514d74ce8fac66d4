import { redirect } from '@sveltejs/kit';
import { RUN_STATES, RunId } from '$lib/schemas/tasks';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { searchParams } = url;
	const task = searchParams.get('task')?.slice(0, 60) || undefined;
	const state = RUN_STATES.find((one) => one === searchParams.get('state'));
	/** The run that "Run now" began, for the page without a script. */
	const ran = RunId.safeParse({ id: searchParams.get('ran') }).data;
	const { list, runs, get } = locals.trpc.tasks;
	const [tasks, shown, begun] = await Promise.all([list(), runs({ task, state }), ran && get(ran)]);
	return { tasks, runs: shown, begun, filter: { task, state } };
};

export const actions: Actions = {
	run: async ({ locals, request }) => {
		const name = String((await request.formData()).get('name') ?? '');
		const { runId } = await locals.trpc.tasks.run({ name });
		redirect(303, `/admin/crons?ran=${runId}`);
	}
};
