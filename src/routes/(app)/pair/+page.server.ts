import { error, fail, isHttpError } from '@sveltejs/kit';
import { messageFor } from '$lib/messages';
import { isFresh } from '$lib/server/auth/fresh';
import { requireSession } from '$lib/server/auth/require';
import { formFailure } from '$lib/server/form';
import { devModeIsOn } from '$lib/server/switches';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const session = await requireSession(event);
	if (!devModeIsOn()) {
		error(404, { message: messageFor('page.notFound'), requestId: event.locals.requestId });
	}
	return { isFresh: isFresh(session) };
};

export const actions: Actions = {
	find: async ({ locals, request }) => {
		const userCode = String((await request.formData()).get('userCode') ?? '');
		try {
			return {
				step: 'asking' as const,
				userCode,
				asking: await locals.trpc.pairings.find({ userCode })
			};
		} catch (cause) {
			return refused(cause, userCode);
		}
	},

	approve: async ({ locals, request }) => {
		const decided = await decision(request);
		try {
			const { name } = await locals.trpc.pairings.approve(decided);
			return { step: 'approved' as const, name };
		} catch (cause) {
			return refused(cause, decided.userCode);
		}
	},

	deny: async ({ locals, request }) => {
		const decided = await decision(request);
		try {
			await locals.trpc.pairings.deny(decided);
			return { step: 'denied' as const };
		} catch (cause) {
			return refused(cause, decided.userCode);
		}
	}
};

async function decision(request: Request): Promise<{ id: string; userCode: string }> {
	const form = await request.formData();
	return { id: String(form.get('id') ?? ''), userCode: String(form.get('userCode') ?? '') };
}

/** A code under which nothing waits any more is a mistake in the form, and no page that is missing. */
function refused(cause: unknown, userCode: string) {
	if (isHttpError(cause, 404)) {
		const fields = { userCode: [cause.body.message] };
		return fail(404, { step: 'refused' as const, userCode, message: '', fields });
	}
	const { status, data } = formFailure(cause);
	return fail(status, {
		step: 'refused' as const,
		userCode,
		message: data.message,
		fields: data.fields
	});
}
