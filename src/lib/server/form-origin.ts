import type { RequestEvent } from '@sveltejs/kit';

/** Mail services send this form (RFC 8058). They name no origin; the token in its address is its proof. */
const ONE_CLICK = '/(auth)/unsubscribe';

/** What a form can be sent as, without asking first whether it may. */
const FORM_TYPES = new Set([
	'application/x-www-form-urlencoded',
	'multipart/form-data',
	'text/plain'
]);

/**
 * Whether a form of another site is sent here: a browser sends it along as it would one of ours, cookies
 * included. Browsers say where a form stands; whoever does not say so is not one of our pages. The same
 * as SvelteKit's own check, which is off because it knows no exception.
 */
export function isForeignForm({ request, route, url }: RequestEvent): boolean {
	if (!/^(POST|PUT|PATCH|DELETE)$/.test(request.method) || route.id === ONE_CLICK) return false;
	const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
	if (!FORM_TYPES.has(type.trim().toLowerCase())) return false;
	return request.headers.get('origin') !== url.origin;
}
