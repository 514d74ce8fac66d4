import type { CloseReason } from '#protocol/closing';

/** Why a runner connects no more by itself. */
export type StopReason =
	/** It was asked to. */
	| 'stopped'
	/** The app knows this pairing no more. */
	| 'unpaired'
	/** The app wants a newer runner. */
	| 'outdated';

/** What a relay may say and nobody can check: it is told to the person, and the runner comes back later. */
export type RelayDoubt = Extract<CloseReason, 'replaced' | 'version-unknown'>;

/** What has happened in a runner. It prints nothing; whoever shows it, shows these. */
export type RunnerEvent =
	| { type: 'connecting' }
	| { type: 'online'; relayUrl: string }
	/**
	 * Not connected; tries again after that time. `doubts` names what the relay has said and the person should
	 * look into: `replaced`, somebody else has connected with this computer's key; `version-unknown`.
	 */
	| { type: 'waiting'; ms: number; reason: string; doubts?: RelayDoubt }
	| { type: 'stopped'; reason: StopReason }
	/** Something went wrong and the runner goes on. `cause` is there where it is a mistake in the runner. */
	| { type: 'problem'; message: string; cause?: unknown }
	| { type: 'session-started'; sessionId: string; title: string; folder: string }
	| { type: 'session-ended'; sessionId: string; exitCode: number; signal?: string }
	| { type: 'viewers-changed'; viewers: number };
