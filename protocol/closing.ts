import { ERROR_STATUS, type ErrorCode } from './errors.ts';

/** A WebSocket is closed with 4000 and the HTTP status of the error: 4404 reads as 404. */
export const closeCode = (code: ErrorCode): number => 4000 + ERROR_STATUS[code];

/** Both sides have said what there was to say. */
export const CLOSED_NORMALLY = 1000;
/** The relay goes away, to be started anew: connect again, after a moment. */
export const GOING_AWAY = 1001;

/**
 * Why a relay closed a socket: the close frame's reason, word for word. A program decides by these, and not
 * by sentences; an unknown one counts as what its code says.
 */
export const CLOSE_REASONS = {
	'hello-late': 'TIMEOUT',
	'hello-broken': 'BAD_REQUEST',
	'version-unknown': 'PRECONDITION_FAILED',
	'ticket-refused': 'UNAUTHORIZED',
	'ticket-used': 'UNAUTHORIZED',
	'not-yours': 'NOT_FOUND',
	'frame-broken': 'BAD_REQUEST',
	'frame-too-large': 'PAYLOAD_TOO_LARGE',
	'too-many-messages': 'TOO_MANY_REQUESTS',
	'too-many-sockets': 'TOO_MANY_REQUESTS',
	'too-far-behind': 'TIMEOUT',
	/** A newer socket of the same runner has taken its place: do not connect again by yourself. */
	replaced: 'CONFLICT',
	/** The person, the sign-in, the runner or the terminal may no longer: do not connect again. */
	revoked: 'FORBIDDEN',
	/** The runner is connected elsewhere: `moved` said where, or the next attempt is led there. */
	moved: 'SERVICE_UNAVAILABLE',
	/** What the relay needs to check a ticket is away. */
	unavailable: 'SERVICE_UNAVAILABLE',
	/** The runner has let this viewer go; the runner's own reason came before, sealed. */
	'let-go': 'CLIENT_CLOSED_REQUEST'
} as const satisfies Record<string, ErrorCode>;

/** Why a relay closed a socket. */
export type CloseReason = keyof typeof CLOSE_REASONS;

const KNOWN = new Map<string, CloseReason>(
	(Object.keys(CLOSE_REASONS) as CloseReason[]).map((reason) => [reason, reason])
);

/** What an end does after its socket was closed: connect again, after a moment and with a new ticket, or not. */
export type AfterClose = 'again' | 'stop';

/** Closes that are over soon, or with the next ticket. */
const PASSING = new Set((['UNAUTHORIZED', 'TIMEOUT', 'TOO_MANY_REQUESTS'] as const).map(closeCode));

/**
 * Reads a close frame: what to do now, and why.
 *
 * What is not known is read by its class: 1xxx and 45xx may be over soon, other 44xx are not.
 */
export function afterClose(code: number, text: string): { next: AfterClose; reason?: CloseReason } {
	const reason = KNOWN.get(text);
	const passes = code < 4000 || code >= 4500 || PASSING.has(code) || reason === 'let-go';
	return { next: passes ? 'again' : 'stop', reason };
}
