import { Resend, type ErrorResponse } from 'resend';
import { DeliveryError } from './delivery-error';
import type { MailTransport } from './transport';

const TIMEOUT_MS = 10_000;

/** As whom mail is handed to Resend. */
export interface ResendOptions {
	apiKey: string;
	from: string;
	/** Another address than Resend's own. */
	baseUrl?: string;
	timeoutMs?: number;
}

/** The tag by which an event about a mail names its row in the outbox. */
export const OUTBOX_TAG = 'outbox';

/** Mail through Resend. Under one idempotency key a mail is taken once, for 24 hours. */
export function resendTransport(options: ResendOptions): MailTransport {
	const { apiKey, from, baseUrl, timeoutMs = TIMEOUT_MS } = options;
	const client = new Resend(apiKey, { baseUrl });
	return {
		name: 'resend',
		async send({ id, to, subject, text, html, headers }, signal) {
			const inTime = AbortSignal.timeout(timeoutMs);
			const letter = { from, to, subject, text, html, headers };
			// The SDK answers with an error and does not throw.
			const { data, error } = await client.emails.send(
				{ ...letter, tags: [{ name: OUTBOX_TAG, value: id }] },
				{ idempotencyKey: id, signal: signal ? AbortSignal.any([signal, inTime]) : inTime }
			);
			if (error) throw deliveryErrorOf(error);
			return { providerId: data.id };
		}
	};
}

/** Answers that say: this mail will never be right. A wrong key (401) or domain (403) can be mended. */
const FINAL = new Set([400, 409, 413, 422]);
/** Of those, what is about us, or over in a moment. */
const MENDABLE = new Set(['invalid_from_address', 'concurrent_idempotent_requests']);

function deliveryErrorOf({ name, message, statusCode }: ErrorResponse): DeliveryError {
	const words = `Resend: ${message} (${[statusCode, name].filter(Boolean).join(' ')})`;
	return new DeliveryError(words, !FINAL.has(statusCode ?? 0) || MENDABLE.has(name));
}
