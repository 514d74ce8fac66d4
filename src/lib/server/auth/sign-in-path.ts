import type { RequestEvent } from '@sveltejs/kit';
import { PERSON } from '$lib/form-person';

/** The sign-in page that leads back to what was asked for. A form cannot be sent again, so it leads to its page. */
export const signInPath = (event: RequestEvent): string => leadingBack('/sign-in', event);

/** The page on which whoever is signed in shows once more that it is them. */
export const freshSignInPath = (event: RequestEvent): string =>
	leadingBack('/sign-in/again', event);

/** The page on which whoever is signed in agrees to the documents as they are now. */
export const consentPath = (event: RequestEvent): string => leadingBack('/consent', event);

function leadingBack(path: string, { url }: RequestEvent): string {
	const asked = new URLSearchParams(url.search);
	for (const key of [...asked.keys()]) if (key.startsWith('/')) asked.delete(key);
	// Whose page the form stood on was said to that form only.
	asked.delete(PERSON);
	const query = asked.size > 0 ? `?${asked}` : '';
	return `${path}?callbackUrl=${encodeURIComponent(url.pathname + query)}`;
}
