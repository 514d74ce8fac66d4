import { ComputerRefused } from './running.svelte';

/** A question to a computer from a form: whether it is on its way, and why it was refused. */
export class Asking {
	isBusy = $state(false);
	problem = $state('');

	/** @returns whether it was done; what a computer refuses is `problem`, anything else is thrown */
	async ask(question: () => Promise<unknown>): Promise<boolean> {
		this.isBusy = true;
		this.problem = '';
		try {
			await question();
			return true;
		} catch (cause) {
			if (!(cause instanceof ComputerRefused)) throw cause;
			this.problem = cause.message;
			return false;
		} finally {
			this.isBusy = false;
		}
	}
}
