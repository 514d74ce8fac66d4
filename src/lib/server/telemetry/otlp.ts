import type { ISerializer } from '@opentelemetry/otlp-transformer';
import { env } from '../env';
import { OutboundError, sendOutbound } from '../outbound';
import { untraced } from '../tracing';

const TIMEOUT_MS = 5_000;
const REQUEST_BYTES = 16_000_000;
const ANSWER_BYTES = 64_000;
const LONGEST_WAIT_MS = 60_000;

/** Statuses after which the same may be sent again (OTLP/HTTP, "Retryable response codes"). */
const AGAIN = new Set([429, 502, 503, 504]);

/** What became of something that was sent. */
export type Sent =
	| { outcome: 'taken'; rejected: number }
	/** It is tried again, not before so many milliseconds where the receiver said so. */
	| { outcome: 'away'; waitMs: number }
	/** It would be refused again. */
	| { outcome: 'refused' };

/** What an answer says of a part that was not taken. */
interface Answer {
	partialSuccess?: { rejectedSpans?: number | string; rejectedDataPoints?: number | string };
}

/** Where one signal goes, and how it is written. */
interface Signal<T> {
	path: '/v1/traces' | '/v1/metrics';
	serializer: ISerializer<T, Answer>;
}

/** Sends something by OTLP/HTTP to the receiver of OTEL_EXPORTER_OTLP_ENDPOINT. It never throws. */
export async function sendOtlp<T>({ path, serializer }: Signal<T>, what: T): Promise<Sent> {
	const {
		OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
		OTEL_EXPORTER_OTLP_HEADERS: headers,
		OTEL_EXPORTER_OTLP_PROTOCOL: protocol
	} = env();
	if (!endpoint) return { outcome: 'refused' };
	try {
		const body = serializer.serializeRequest(what);
		if (!body) return { outcome: 'refused' };
		const answer = await untraced(() =>
			sendOutbound(`${endpoint.replace(/\/$/, '')}${path}`, {
				namedBy: 'operator',
				timeoutMs: TIMEOUT_MS,
				maxRequestBytes: REQUEST_BYTES,
				maxResponseBytes: ANSWER_BYTES,
				headers: {
					...headers,
					'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf'
				},
				body
			})
		);
		if (AGAIN.has(answer.status)) {
			return { outcome: 'away', waitMs: waitIn(answer.headers['retry-after']) };
		}
		if (answer.status < 200 || answer.status >= 300) return { outcome: 'refused' };
		return { outcome: 'taken', rejected: rejectedIn(serializer, answer.body) };
	} catch (cause) {
		// A redirect, or more than may be sent at once, is no better the next time.
		const isRefused =
			cause instanceof OutboundError && !['timeout', 'unreachable'].includes(cause.failure);
		return isRefused ? { outcome: 'refused' } : { outcome: 'away', waitMs: 0 };
	}
}

const waitIn = (retryAfter: string | undefined): number =>
	Math.min(Math.max(0, Number(retryAfter ?? 0) || 0) * 1_000, LONGEST_WAIT_MS);

function rejectedIn<T>(serializer: ISerializer<T, Answer>, body: Uint8Array): number {
	try {
		const { partialSuccess } = serializer.deserializeResponse(body);
		return Number(partialSuccess?.rejectedSpans ?? partialSuccess?.rejectedDataPoints ?? 0) || 0;
	} catch {
		// What was taken was taken, whatever the answer says.
		return 0;
	}
}
