/** Why a runner connects no more by itself. */
export type StopReason =
	/** It was asked to. */
	| 'stopped'
	/** The app knows this pairing no more. */
	| 'unpaired'
	/** Somebody else has connected with this computer's key: another start of it, or a copy. */
	| 'replaced'
	/** The app or the relay wants a newer runner. */
	| 'outdated';

/** What has happened in a runner. It prints nothing; whoever shows it, shows these. */
export type RunnerEvent =
	| { type: 'connecting' }
	| { type: 'online'; relayUrl: string }
	/** Not connected; tries again after that time. */
	| { type: 'waiting'; ms: number; reason: string }
	| { type: 'stopped'; reason: StopReason }
	/** Something went wrong and the runner goes on. `cause` is there where it is a mistake in the runner. */
	| { type: 'problem'; message: string; cause?: unknown }
	| { type: 'session-started'; sessionId: string; title: string; folder: string }
	| { type: 'session-ended'; sessionId: string; exitCode: number; signal?: string }
	| { type: 'viewers-changed'; viewers: number };
