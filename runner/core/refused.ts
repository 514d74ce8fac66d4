import type { ErrorCode } from '#protocol/errors';
import type { CloseWhy } from '#protocol/terminal';

/** What was asked for is not to be had; the message is for the person who asked. */
export class Refused extends Error {
	constructor(
		readonly code: ErrorCode,
		message: string,
		/** For a program that says it in words of its own. */
		readonly why?: CloseWhy
	) {
		super(message);
		this.name = 'Refused';
	}
}
