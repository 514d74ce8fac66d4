import type { SubmitFunction } from '@sveltejs/kit';

/** What the last sending of a form came to. */
export interface FormResult<Values = object> {
	done?: boolean;
	message?: string;
	/** Sentences by field. */
	fields?: Record<string, string[]>;
	/** What was typed, for the form to show again. */
	values?: Partial<Values>;
}

/** A form that is sent without leaving the page: busy while it is, and never emptied by it. */
class Sending {
	isSending = $state(false);

	send: SubmitFunction = () => {
		this.isSending = true;
		return async ({ update }) => {
			await update({ reset: false });
			this.isSending = false;
		};
	};

	/** What is wrong where no field is to blame. */
	problemOf(result: FormResult | undefined | null): string {
		const isAtField = Object.keys(result?.fields ?? {}).length > 0;
		return isAtField ? '' : (result?.message ?? '');
	}
}

/** The state of one form. */
export const sending = () => new Sending();
