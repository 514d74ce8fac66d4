/**
 * Why a mail did not leave, and whether to try again. What is said for good about this mail or its
 * recipient ends it; whatever is about us (a password, the sender, the connection) is tried again, since
 * somebody can mend it meanwhile.
 */
export class DeliveryError extends Error {
	constructor(
		message: string,
		readonly tryAgain: boolean,
		/** The address does not exist: nothing is to be sent there any more. */
		readonly recipientIsGone = false
	) {
		super(message);
		this.name = 'DeliveryError';
	}
}
