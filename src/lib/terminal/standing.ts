import type { CloseReason } from '#protocol/closing';
import type { Close } from '#protocol/terminal';
import type { CallFailure } from '$lib/errors';
import type { SealedState } from './sealed-line';

/** How a terminal stands, as the person is told it. For each there is one thing that helps. */
export type Standing =
	| { is: 'connecting' }
	/** With the time that a key takes to the computer and back. */
	| { is: 'live'; roundTripMs?: number }
	/** `why` is the computer's word for why not now. */
	| { is: 'reconnecting'; atMs: number; why?: string }
	/** The app does not answer, or says why not now. */
	| { is: 'app-offline'; atMs: number; why?: string }
	| { is: 'relay-offline'; atMs: number }
	| { is: 'runner-offline' }
	/** The key of the computer is to be looked at. */
	| { is: 'asking' }
	/** Somebody at the computer is asked whether it may start, and has until then. */
	| { is: 'asked'; atMs: number }
	/** The same tab is open elsewhere, and types there. */
	| { is: 'replaced' }
	| { is: 'revoked' }
	| { is: 'refused'; why: string }
	| { is: 'signed-out' }
	/** `why` is the computer's word for an end that nobody wished. */
	| { is: 'ended'; exitCode?: number; signal?: string; why?: string };

/** What a computer says when it may start a terminal in a moment without anybody's doing. */
const PASSING: readonly Close['code'][] = ['SERVICE_UNAVAILABLE', 'TOO_MANY_REQUESTS', 'CONFLICT'];

/** Why a terminal that was wished for is not to be wished for again but by a person; nothing where it may be. */
export function refusalOf({ kind, code, reason = '' }: Close): string | undefined {
	return kind === 'refused' && !PASSING.includes(code) ? reason : undefined;
}

/** Whether the program is over, or this page may see it no more: nothing goes on by itself. */
export const isOver = ({ is }: Standing): boolean =>
	is === 'ended' || is === 'revoked' || is === 'signed-out';

/** What a line says of the terminal on it; nothing where the terminal itself says it. */
export function standingOf(state: SealedState): Standing | undefined {
	switch (state.is) {
		case 'connecting':
			return { is: 'connecting' };
		case 'sealed':
			return undefined;
		case 'asking':
		case 'runner-offline':
			return { is: state.is };
		case 'refused':
			return { is: 'refused', why: state.why };
		case 'waiting':
			return waitingFor(state);
		case 'stopped':
			return stoppedBy(state);
	}
}

function waitingFor({ lacks, atMs, why }: Extract<SealedState, { is: 'waiting' }>): Standing {
	if (lacks === 'app') return why ? { is: 'app-offline', atMs, why } : { is: 'app-offline', atMs };
	return { is: lacks === 'relay' ? 'relay-offline' : 'reconnecting', atMs };
}

function stoppedBy({ reason, failure }: { reason?: CloseReason; failure?: CallFailure }): Standing {
	if (failure?.code === 'UNAUTHORIZED') return { is: 'signed-out' };
	// The app knows this computer no more: it was unpaired.
	if (failure?.code === 'NOT_FOUND') return { is: 'revoked' };
	if (failure) return { is: 'refused', why: failure.message };
	if (reason === 'revoked' || reason === 'not-yours') return { is: 'revoked' };
	return { is: 'refused', why: RELAY_SAYS[reason ?? 'frame-broken'] ?? RELAY_SAYS['frame-broken'] };
}

const RELAY_SAYS: Partial<Record<CloseReason, string>> & { 'frame-broken': string } = {
	'version-unknown': 'The relay speaks another version. Reload the page.',
	'frame-broken': 'The relay does not take what this page sends. Reload the page.'
};

/**
 * What the computer's last frame says; nothing where the terminal attaches anew by itself.
 *
 * @param isWished it was only to be started: whoever refuses that now is asked again by a person alone
 */
export function closedBy(close: Close, isWished = false): Standing | undefined {
	const { kind, exitCode, signal, code, reason, why } = close;
	switch (kind) {
		case 'ended':
			return { is: 'ended', exitCode, signal };
		case 'revoked':
		case 'replaced':
			return { is: kind };
		case 'stopping':
			return { is: 'runner-offline' };
		case 'refused':
			// It is there, and the computer cannot get to it yet.
			if (code === 'SERVICE_UNAVAILABLE' && !isWished) return undefined;
			// It ended while nobody looked, and longer ago than it is kept.
			return code === 'NOT_FOUND'
				? { is: 'ended', why: why && reason }
				: { is: 'refused', why: reason ?? 'The computer does not say why.' };
		default:
			return undefined;
	}
}
