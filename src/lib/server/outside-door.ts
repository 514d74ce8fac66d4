import { json, type RequestHandler } from '@sveltejs/kit';
import { OutsideSignal } from '$lib/schemas/alerts';
import { clientAddress, networkOf } from './client-address';
import { env } from './env';
import { orPageError } from './page-error';
import { enforceLimit } from './rate-limit';
import { hearOutside } from './services/outside-signals';
import { SIGNATURE_HEADER, verifiedSignature } from './signed-message';

const BODY_BYTES = 16_000;

/**
 * Hears a monitor outside. Only what was signed with the secret counts, within five minutes, and once; without a
 * secret the door is not there.
 */
export const answerOutside: RequestHandler = async (event) => {
	const { ALERT_INBOUND_SECRET: secret, ALERT_INBOUND_SECRET_PREVIOUS: previous } = env();
	const { request, locals } = event;
	if (!secret) return json({ error: 'There is nothing at this address.' }, { status: 404 });
	await orPageError(locals.requestId, () =>
		enforceLimit('outsideSignal', networkOf(clientAddress(event)))
	);
	if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES) {
		return json({ error: 'That is too long.' }, { status: 413 });
	}
	// The signature is over the bytes as they came.
	const body = await request.text();
	const header = request.headers.get(SIGNATURE_HEADER);
	const signature = verifiedSignature(header, { body, secrets: [secret, previous] });
	if (!signature) return json({ error: 'Unauthorized' }, { status: 401 });
	const signal = OutsideSignal.safeParse(jsonIn(body));
	if (!signal.success) {
		return json(
			{ error: signal.error.issues[0]?.message ?? 'That is no signal.' },
			{ status: 400 }
		);
	}
	const heard = await orPageError(locals.requestId, () => hearOutside(signature, signal.data));
	if (heard === 'repeated') return json({ error: 'That was taken before.' }, { status: 409 });
	return json({ success: true }, { status: 202 });
};

function jsonIn(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		// What is no JSON is no signal, and is refused as such.
		return undefined;
	}
}
