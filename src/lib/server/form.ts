import { fail, isHttpError } from '@sveltejs/kit';

/**
 * Turns what a form action caught into an answer for its form: what is wrong, and with which field.
 * What a form cannot mend (nothing there, an outage, a redirect) is thrown on.
 */
export function formFailure(cause: unknown) {
	if (!isHttpError(cause)) throw cause;
	const { status, body } = cause;
	if (status < 400 || status >= 500 || status === 401 || status === 404) throw cause;
	const { message, fields = {}, reason, params } = body;
	return fail(status, { message, fields, reason, params });
}
