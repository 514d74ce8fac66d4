import { requestContext, type RequestContext } from './request-context';

/** What a limit said in the request that is being answered. */
export interface Noted {
	/** The name of the policy. */
	name: string;
	windowSeconds: number;
	limit: number;
	remaining: number;
	resetSeconds: number;
	retryAfterSeconds: number;
	counted: boolean;
}

const byRequest = new WeakMap<RequestContext, Map<string, Noted>>();

/** Keeps what a limit said for the headers of the answer. Of several uses of one limit the last counts. */
export function noteVerdict(verdict: Noted): void {
	const request = requestContext();
	if (!request || !verdict.counted) return;
	const noted = byRequest.get(request) ?? new Map<string, Noted>();
	byRequest.set(request, noted);
	const before = noted.get(verdict.name);
	const least = Math.min(verdict.remaining, before?.remaining ?? verdict.remaining);
	const wait = Math.max(verdict.retryAfterSeconds, before?.retryAfterSeconds ?? 0);
	noted.set(verdict.name, { ...verdict, remaining: least, retryAfterSeconds: wait });
}

/**
 * `RateLimit` and `RateLimit-Policy` of the answer to this request, as structured fields by
 * draft-ietf-httpapi-ratelimit-headers-11, and `Retry-After` when a limit refused.
 */
export function rateLimitHeaders(): Record<string, string> {
	const request = requestContext();
	const noted = [...((request && byRequest.get(request)) ?? new Map<string, Noted>()).values()];
	if (noted.length === 0) return {};
	const wait = Math.max(...noted.map(({ retryAfterSeconds }) => retryAfterSeconds));
	return {
		'ratelimit-policy': list(noted, ({ limit, windowSeconds }) => `q=${limit};w=${windowSeconds}`),
		ratelimit: list(noted, ({ remaining, resetSeconds }) => `r=${remaining};t=${resetSeconds}`),
		...(wait > 0 ? { 'retry-after': String(wait) } : {})
	};
}

const list = (noted: Noted[], parameters: (of: Noted) => string) =>
	noted.map((of) => `"${of.name}";${parameters(of)}`).join(', ');
