import type { ErrorCode } from '#protocol/errors';
import type { PairingPolled, PairingStart, PairingStarted, RunnerTicket } from '#protocol/pairing';

/** What a runner asks of the app: the procedures of its frozen router `runner.v1`. All throw ApiProblem. */
export interface RunnerApi {
	pairingStart(asked: PairingStart): Promise<PairingStarted>;
	pairingPoll(asked: { deviceCode: string }): Promise<PairingPolled>;
	/** Something to sign, good once and soon. */
	challenge(asked: { credential: string }): Promise<{ challenge: string }>;
	ticket(asked: { credential: string; challenge: string; proof: string }): Promise<RunnerTicket>;
	/** Unpairs this computer; the credential is worth nothing afterwards. */
	unpair(asked: { credential: string }): Promise<unknown>;
}

/** The app has refused, or cannot be reached. */
export class ApiProblem extends Error {
	constructor(
		/** The app's word, or `UNREACHABLE`. */
		readonly code: ErrorCode | 'UNREACHABLE',
		message: string,
		options?: ErrorOptions
	) {
		super(message, options);
		this.name = 'ApiProblem';
	}
}
