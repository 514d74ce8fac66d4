import { isHttpError, json, type Handle } from '@sveltejs/kit';
import { requireAdmin } from './auth/require';

/**
 * Lets only admins send anything to pages of operators. Their layout asks who somebody is, but a form that is sent
 * by a script is answered by its action alone: nobody else may learn from that answer that it is there. They get what
 * an action answers that finds nothing.
 */
export const operatorsHandle: Handle = async ({ event, resolve }) => {
	const { headers, method } = event.request;
	const isRead = ['GET', 'HEAD'].includes(method);
	if (!isRead && !isForPage(headers) && event.route.id?.startsWith('/(admin)')) {
		try {
			await requireAdmin(event);
		} catch (problem) {
			if (!isHttpError(problem)) throw problem;
			return json({ type: 'error', error: problem.body }, { status: problem.status });
		}
	}
	return resolve(event);
};

/** Whether a page is drawn in any case, as for browsers: what it says to whom is the layout's to decide. */
function isForPage(headers: Headers): boolean {
	const accept = headers.get('accept') ?? '';
	return /^text\/html(,|$)/.test(accept) && !accept.includes('json');
}
