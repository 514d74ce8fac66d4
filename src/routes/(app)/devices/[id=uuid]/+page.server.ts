import { error } from '@sveltejs/kit';
import { messageFor } from '$lib/messages';
import { originFor } from '$lib/server/origin';
import { runnerStartCommand } from '$lib/server/runner-packages';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const runners = await event.locals.trpc.runners.list();
	const runner = runners.find(({ id }) => id === event.params.id);
	if (!runner) error(404, { message: messageFor('runner.notFound') });
	return { runner, command: await runnerStartCommand(originFor(event)) };
};
