import type { ErrorCode } from '#protocol/errors';

/** What was asked for is not to be had; the message is for the person who asked. */
export class Refused extends Error {
	constructor(
		readonly code: ErrorCode,
		message: string
	) {
		super(message);
		this.name = 'Refused';
	}
}
