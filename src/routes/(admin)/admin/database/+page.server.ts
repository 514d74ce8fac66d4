import { fail, isHttpError, redirect } from '@sveltejs/kit';
import { TIMES_OVER_HOURS } from '$lib/schemas/database';
import type { Actions, PageServerLoad } from './$types';

/** What takes too long is left out, so that it does not take along what is known. */
async function orNothing<T>(work: Promise<T>): Promise<T | null> {
	try {
		return await work;
	} catch (cause) {
		if (isHttpError(cause, 503)) return null;
		throw cause;
	}
}

/** One after the other: a database that has no connection left may still have the one that is open. */
export const load: PageServerLoad = async ({ locals, url }) => {
	const { searchParams } = url;
	const asked = Number(searchParams.get('hours'));
	const hours = TIMES_OVER_HOURS.find((one) => one === asked) ?? 24;
	const { activity, storage, statements } = locals.trpc.database;
	return {
		hours,
		activity: await activity(),
		storage: await orNothing(storage()),
		statements: await orNothing(statements({ hours })),
		/** The connection that is asked about, and what was done, for the page without a script. */
		asked: Number(searchParams.get('end')) || null,
		done: searchParams.get('done'),
		now: new Date()
	};
};

/** Does something to a connection, and comes back to the page, which says so. */
async function act(done: 'cancelled' | 'ended', run: () => Promise<unknown>) {
	try {
		await run();
	} catch (cause) {
		if (isHttpError(cause) && cause.body.reason?.startsWith('database.')) {
			return fail(cause.status, { message: cause.body.message });
		}
		throw cause;
	}
	redirect(303, `/admin/database?done=${done}`);
}

export const actions: Actions = {
	cancel: async ({ locals, request }) => {
		const form = await request.formData();
		const [pid, startedAt] = [Number(form.get('pid')), String(form.get('startedAt'))];
		return act('cancelled', () => locals.trpc.database.cancel({ pid, startedAt }));
	},
	end: async ({ locals, request }) => {
		const form = await request.formData();
		const [pid, connectedAt] = [Number(form.get('pid')), String(form.get('connectedAt'))];
		return act('ended', () => locals.trpc.database.end({ pid, connectedAt }));
	}
};
