import type { RequestEvent } from '@sveltejs/kit';
import { PERSON } from '$lib/form-person';
import { clientAddress } from '../client-address';
import { originFor } from '../origin';
import type { SignedIn } from '../auth/session';

/** What every procedure knows of the call. */
export interface Context {
	session: SignedIn | undefined;
	requestId: string;
	/** The network address of the caller, or `unknown`. */
	address: string;
	/** Where links in mails lead: this site, by the name that it is known under. */
	origin: string;
	/** Whether the call came over HTTP, from a form action, or from a `load`, which is not counted. */
	transport: 'http' | 'form' | 'load';
	/** Whom the page that calls was made for; absent where it did not say. */
	expectedUserId?: string;
}

/**
 * The context of a call that belongs to this request.
 *
 * @throws what the database threw when it was asked who is calling
 */
export function createContext(event: RequestEvent, transport: Context['transport']): Context {
	const { session, sessionError, requestId } = event.locals;
	if (sessionError) throw sessionError;
	const inAddress = transport === 'form' ? event.url.searchParams.get(PERSON) : null;
	const expectedUserId = event.request.headers.get('coda-user') ?? inAddress ?? undefined;
	return {
		session,
		requestId,
		address: clientAddress(event),
		origin: originFor(event),
		transport,
		expectedUserId
	};
}
