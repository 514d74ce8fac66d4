import { env } from '$lib/server/env';
import { log } from '$lib/server/log';
import { hearFromResend, isFromResend } from '$lib/server/mail/resend-events';
import { orPageError } from '$lib/server/page-error';
import type { RequestHandler } from './$types';

const BODY_BYTES = 256_000;

/** Hears from Resend what became of mails. Only what it signed counts; without the secret it is closed. */
export const POST: RequestHandler = async ({ request, locals }) => {
	const { RESEND_WEBHOOK_SECRET: secret } = env();
	if (!secret) return new Response(null, { status: 404 });
	if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES) {
		return new Response(null, { status: 413 });
	}
	// The signature is over the bytes as they came.
	const body = await request.text();
	if (!isFromResend(body, request.headers, secret)) return new Response(null, { status: 401 });
	const isNew = await orPageError(locals.requestId, () => hearFromResend(body));
	log('debug', 'Mail event', { isNew });
	return new Response(null, { status: 204 });
};
