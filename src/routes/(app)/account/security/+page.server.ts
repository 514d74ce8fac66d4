import { fail, isHttpError } from '@sveltejs/kit';
import { isFresh } from '$lib/server/auth/fresh';
import { requireSession } from '$lib/server/auth/require';
import { formFailure } from '$lib/server/form';
import { browserInWords } from '$lib/user-agent';
import { passwordActions } from './password-actions';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const session = await requireSession(event);
	const { trpc } = event.locals;
	const [password, sessions] = await Promise.all([trpc.passwords.get(), trpc.sessions.list()]);
	return {
		email: session.user.email,
		isFresh: isFresh(session),
		password,
		// The words are made here: the table of browsers is long.
		sessions: sessions.map(({ userAgent, ...one }) => ({
			...one,
			browser: sentence(browserInWords(userAgent))
		}))
	};
};

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export const actions: Actions = {
	...passwordActions,

	endSession: async ({ locals, request }) => {
		const id = String((await request.formData()).get('id') ?? '');
		try {
			await locals.trpc.sessions.end({ id });
		} catch (cause) {
			// One that has ended already is what was wanted.
			if (isHttpError(cause, 404)) return { sessions: { ended: 0 } };
			const failure = formFailure(cause);
			return fail(failure.status, { sessions: failure.data });
		}
		return { sessions: { ended: 1 } };
	},

	endOthers: async ({ locals }) => {
		try {
			return { sessions: await locals.trpc.sessions.endOthers({ confirmed: true }) };
		} catch (cause) {
			const failure = formFailure(cause);
			return fail(failure.status, { sessions: failure.data });
		}
	}
};
