import type { ErrorCode } from '#protocol/errors';
import type { RunnerFault } from '#protocol/faults';
import type { PairingPolled, PairingStart, PairingStarted, RunnerTicket } from '#protocol/pairing';

/** What a paired computer shows. */
export interface Proof {
	runnerId: string;
	credential: string;
	challenge: string;
	proof: string;
}

/** What it shows to get a ticket. */
export interface AskTicket extends Proof {
	version: string;
}

/** What a runner asks of the app: the procedures of its frozen router `runner.v1`. All throw ApiProblem. */
export interface RunnerApi {
	pairing: {
		start(asked: PairingStart): Promise<PairingStarted>;
		poll(asked: { deviceCode: string }): Promise<PairingPolled>;
	};
	/** Something to sign, good once and soon. */
	challenge(asked: { runnerId: string }): Promise<{ challenge: string }>;
	ticket(asked: AskTicket): Promise<RunnerTicket>;
	/** Leaves: the credential is worth nothing after that. */
	unpair(asked: Proof): Promise<{ id: string }>;
	/** Tells of faults of the runner itself. An app from before there was such a thing refuses with NOT_FOUND. */
	faults(asked: Proof & { faults: RunnerFault[] }): Promise<{ taken: number }>;
}

/** The app has refused, or cannot be reached. The message is for the person at the computer. */
export class ApiProblem extends Error {
	constructor(
		/** The app's word, or `UNREACHABLE`. */
		readonly code: ErrorCode | 'UNREACHABLE',
		message: string,
		/** Which refusal it is: `runner.unknown`. */
		readonly reason?: string
	) {
		super(message);
		this.name = 'ApiProblem';
	}
}

/** Whether the app says that it knows this pairing no more. Any other refusal may be over soon. */
export const saysUnpaired = ({ code, reason }: ApiProblem): boolean =>
	code === 'UNAUTHORIZED' && reason === 'runner.unknown';
