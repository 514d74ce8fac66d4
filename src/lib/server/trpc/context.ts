import type { RequestEvent } from '@sveltejs/kit';
import { clientAddress } from '../client-address';
import type { SignedIn } from '../auth/session';

/** What every procedure knows of the call. */
export interface Context {
	session: SignedIn | undefined;
	requestId: string;
	/** The network address of the caller, or `unknown`. */
	address: string;
	/** Whether the call came over HTTP, or from `load` and form actions in this process. */
	transport: 'http' | 'load';
}

/**
 * The context of a call that belongs to this request.
 *
 * @throws what the database threw when it was asked who is calling
 */
export function createContext(event: RequestEvent, transport: Context['transport']): Context {
	const { session, sessionError, requestId } = event.locals;
	if (sessionError) throw sessionError;
	return { session, requestId, address: clientAddress(event), transport };
}
