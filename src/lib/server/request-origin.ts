import type { RequestEvent } from '@sveltejs/kit';
import { clientAddress } from './client-address';
import { env } from './env';
import type { RequestOrigin } from './request-context';

const USER_AGENT_CHARS = 400;

/** Where a request comes from. The place is believed only where Vercel says it. */
export function originOfRequest(event: RequestEvent): RequestOrigin {
	const { headers } = event.request;
	return {
		address: clientAddress(event),
		userAgent: headers.get('user-agent')?.slice(0, USER_AGENT_CHARS) ?? null,
		place: env().VERCEL ? placeIn(headers) : null
	};
}

/** `Leipzig, DE`, from the headers that Vercel sets itself on every request. */
function placeIn(headers: Headers): string | null {
	const city = decoded(headers.get('x-vercel-ip-city'));
	const country = headers.get('x-vercel-ip-country');
	return [city, country].filter(Boolean).join(', ') || null;
}

function decoded(text: string | null): string | null {
	try {
		return text && decodeURIComponent(text);
	} catch {
		// Not encoded as Vercel does it: nobody's word.
		return null;
	}
}
