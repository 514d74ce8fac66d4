import type { Standing } from './standing';

/** The one thing that helps. */
export type StandingAct =
	| 'end'
	| 'retry'
	| 'cancel'
	| 'copy-command'
	| 'compare'
	| 'take-back'
	| 'new'
	| 'devices'
	| 'sign-in';

/** How a terminal stands, in words. */
export interface StandingWords {
	tone: 'success' | 'warning' | 'danger' | 'quiet';
	/** A word or two. */
	label: string;
	/** What it means, and what happens by itself. */
	says?: string;
	act: StandingAct;
}

const RETRY = { tone: 'warning', act: 'retry' } as const;

/** The words for a standing. @param nowMs by `Date.now()` */
export function wordsFor(standing: Standing, nowMs: number): StandingWords {
	switch (standing.is) {
		case 'connecting':
			return { tone: 'quiet', label: 'Connecting', act: 'retry' };
		case 'live':
			return { tone: 'success', label: 'Live', act: 'end' };
		case 'reconnecting':
			return {
				...RETRY,
				label: `Reconnecting${inSeconds(standing.atMs, nowMs)}`,
				says: standing.why
			};
		case 'app-offline':
			return {
				...RETRY,
				label: 'Coda is out of reach',
				says: `${standing.why ?? 'You are offline, or it is.'} Trying again${inSeconds(standing.atMs, nowMs)}.`
			};
		case 'relay-offline':
			return {
				...RETRY,
				label: 'The relay is out of reach',
				says: `Terminals go on meanwhile. Trying again${inSeconds(standing.atMs, nowMs)}.`
			};
		case 'runner-offline':
			return {
				tone: 'warning',
				label: 'The computer is offline',
				says: 'Start its runner, or wake it. It goes on here by itself.',
				act: 'copy-command'
			};
		case 'asking':
			return {
				tone: 'warning',
				label: 'Six words to compare',
				says: 'Nothing is sent before that.',
				act: 'compare'
			};
		case 'asked':
			return {
				tone: 'warning',
				label: 'Waiting for a yes',
				says: `The computer asks at its own window. No answer${within(standing.atMs, nowMs)} is a no.`,
				act: 'cancel'
			};
		case 'replaced':
			return {
				tone: 'warning',
				label: 'Open elsewhere',
				says: 'This page has let go of it.',
				act: 'take-back'
			};
		case 'revoked':
			return {
				tone: 'danger',
				label: 'No longer yours to open',
				says: 'The computer was unpaired, or this sign-in has ended.',
				act: 'devices'
			};
		case 'refused':
			return { tone: 'danger', label: 'Refused', says: standing.why, act: 'retry' };
		case 'signed-out':
			return { tone: 'danger', label: 'You are signed out', act: 'sign-in' };
		case 'ended':
			return { tone: 'quiet', label: 'Ended', says: howItEnded(standing), act: 'new' };
	}
}

function howItEnded({ exitCode, signal, why }: Extract<Standing, { is: 'ended' }>): string {
	if (why) return why;
	if (signal) return `By ${signal}.`;
	return exitCode === undefined ? 'It ran no longer.' : `Exit code ${exitCode}.`;
}

/** How long is left; for those who are told once there is no telling. */
function within(atMs: number, nowMs: number): string {
	return nowMs === Infinity ? ' within a minute' : inSeconds(atMs, nowMs);
}

function inSeconds(atMs: number, nowMs: number): string {
	if (nowMs === Infinity) return '';
	const seconds = Math.ceil((atMs - nowMs) / 1_000);
	return seconds > 0 ? ` in ${seconds} s` : ' now';
}

/** The time of a round trip, for those who look: `12 ms`. */
export const roundTripInWords = (ms: number): string =>
	ms < 1 ? 'under 1 ms' : `${Math.round(ms)} ms`;
