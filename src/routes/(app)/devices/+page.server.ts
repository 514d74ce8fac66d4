import { fail, isHttpError } from '@sveltejs/kit';
import { LIMITS } from '$lib/limits';
import { formFailure } from '$lib/server/form';
import { originFor } from '$lib/server/origin';
import { runnerPackages } from '$lib/server/runner-packages';
import { downloadsOf } from './downloads';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	event.depends('coda:runners');
	const { runners, pairings } = event.locals.trpc;
	const origin = originFor(event);
	const [paired, coming, packages] = await Promise.all([
		runners.list(),
		pairings.coming(),
		runnerPackages(origin)
	]);
	const userAgent = event.request.headers.get('user-agent') ?? '';
	return {
		runners: paired,
		coming,
		isFull: paired.length + coming.length >= LIMITS.runnersPerPerson,
		command: `pnpm runner pair --server ${origin}`,
		downloads: downloadsOf(packages, { origin, userAgent })
	};
};

export const actions: Actions = {
	rename: async ({ locals, request }) => {
		const form = await request.formData();
		const [id, name] = [String(form.get('id') ?? ''), String(form.get('name') ?? '')];
		return changed(id, 'renamed', () => locals.trpc.runners.rename({ id, name }));
	},

	revoke: async ({ locals, request }) => {
		const id = String((await request.formData()).get('id') ?? '');
		return changed(id, 'revoked', () => locals.trpc.runners.revoke({ id }));
	}
};

/** What the page says of a computer after the act. */
async function changed(id: string, what: 'renamed' | 'revoked', act: () => Promise<unknown>) {
	try {
		await act();
		return { id, what };
	} catch (cause) {
		// It was unpaired meanwhile, in another tab or by itself: that is no page that is missing.
		if (isHttpError(cause, 404)) return fail(404, { id, message: cause.body.message });
		const failure = formFailure(cause);
		return fail(failure.status, { id, ...failure.data });
	}
}
