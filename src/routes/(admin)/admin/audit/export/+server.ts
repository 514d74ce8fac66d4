import { error } from '@sveltejs/kit';
import { auditFilterIn, AUDIT_FORMATS } from '$lib/schemas/audit';
import { requireAdmin } from '$lib/server/auth/require';
import { messageFor } from '$lib/messages';
import { AUDIT_EXPORTS } from './formats';
import type { RequestHandler } from './$types';

/**
 * What the filter finds, as a file. It is a POST, because it leaves an entry in the audit. The file is
 * made page by page while it is sent; when a page cannot be read, the transfer breaks off, so that a part is
 * not taken for the whole.
 */
export const POST: RequestHandler = async (event) => {
	// Before anything is said of what was sent.
	await requireAdmin(event);
	const { locals, request } = event;
	const form = await request.formData();
	const format = AUDIT_FORMATS.find((one) => one === form.get('format'));
	if (!format) error(400, { message: messageFor('body.invalid'), requestId: locals.requestId });
	const filter = auditFilterIn(form);
	const { at } = await locals.trpc.audit.startExport({ ...filter, format });
	const { type, head, rows, foot } = AUDIT_EXPORTS[format];

	async function* pieces() {
		yield head;
		let [cursor, before]: [string | undefined, number] = [undefined, 0];
		do {
			const page = await locals.trpc.audit.exportPage({ ...filter, cursor });
			if (page.entries.length > 0) yield rows(page.entries, before === 0);
			before += page.entries.length;
			cursor = page.nextCursor;
		} while (cursor);
		yield foot;
	}
	const source = pieces();
	const encoder = new TextEncoder();
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { done, value } = await source.next();
			if (done) controller.close();
			else controller.enqueue(encoder.encode(value));
		},
		cancel: () => void source.return()
	});
	const name = `coda-audit-${at.toISOString().slice(0, 19).replaceAll(':', '')}.${format}`;
	return new Response(body, {
		headers: {
			'content-type': type,
			'content-disposition': `attachment; filename="${name}"`,
			'cache-control': 'private, no-store'
		}
	});
};
