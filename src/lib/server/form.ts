import { fail, isHttpError, type RequestEvent } from '@sveltejs/kit';
import type { ZodError } from 'zod';
import { isMaintenance } from '$lib/page-messages';

/**
 * Turns what a form action caught into an answer for its form: what is wrong, and with which field.
 * What a form cannot mend (nothing there, an outage, a redirect) is thrown on.
 */
export function formFailure(cause: unknown) {
	if (!isHttpError(cause)) throw cause;
	const { status, body } = cause;
	const { message, fields = {}, reason, params } = body;
	// What was typed stays in the form until the maintenance is over.
	if (
		!isMaintenance(reason) &&
		(status < 400 || status >= 500 || status === 401 || status === 404)
	) {
		throw cause;
	}
	return fail(status, { message, fields, reason, params });
}

/** The same for a form of someone who is not signed in: a refusal that passes says when, as a header too. */
export function refusedForm(event: RequestEvent, cause: unknown) {
	const failure = formFailure(cause);
	const seconds = failure.data.params?.retryAfterSeconds;
	if (failure.status === 429 && seconds) event.setHeaders({ 'retry-after': String(seconds) });
	return failure;
}

/** An answer for a form whose fields are not what they should be: the first complaint of each. */
export function invalidForm(error: ZodError) {
	const fields: Record<string, string[]> = {};
	for (const { path, message } of error.issues)
		(fields[path.map(String).join('.')] ??= []).push(message);
	return fail(400, { message: '', fields, reason: undefined, params: undefined });
}
