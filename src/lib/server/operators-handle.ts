import type { Handle } from '@sveltejs/kit';
import { requireAdmin } from './auth/require';

/**
 * Lets only admins send anything to pages of operators. Their layout asks who somebody is, but a form that is sent
 * without a page runs its action alone: nobody else may learn from its answer that it is there.
 */
export const operatorsHandle: Handle = async ({ event, resolve }) => {
	const isRead = ['GET', 'HEAD'].includes(event.request.method);
	if (!isRead && event.route.id?.startsWith('/(admin)')) await requireAdmin(event);
	return resolve(event);
};
