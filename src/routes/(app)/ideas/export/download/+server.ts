import { isHttpError, redirect } from '@sveltejs/kit';
import { download } from '$lib/server/download';
import type { TransferFormat } from '$lib/schemas/transfer';
import type { RequestHandler } from './$types';

const PAGE = '/ideas/export';

/** Nothing is downloaded by following a link. */
export const GET: RequestHandler = () => redirect(303, PAGE);

/** Ideas as a file, which is read while it is sent. Ids that are posted select them. */
export const POST: RequestHandler = async ({ locals, request }) => {
	const form = await request.formData();
	const ids = form.getAll('ids').map(String);
	const { pieces, ...file } = await locals.trpc.ideas
		.export({
			format: String(form.get('format')) as TransferFormat,
			ids: ids.length > 0 ? ids : undefined,
			archived: ids.length > 0 || form.has('archived'),
			byteOrderMark: form.has('byteOrderMark')
		})
		.catch((cause: unknown) => {
			if (isHttpError(cause, 429)) redirect(303, `${PAGE}?wait`);
			throw cause;
		});
	return download(pieces, { ...file, name: 'coda-ideas' });
};
